"""Every address of the API: each app adds its own, their names become "api:…"."""

from accounts.api import urls as accounts
from catalog.api import urls as catalog
from holders.api import urls as holders
from integrations.api import urls as integrations
from licenses.api import urls as licenses
from rights.api import urls as rights
from royalties.api import urls as royalties
from territories.api import urls as territories

addresses = [
    *accounts.urlpatterns,
    *territories.urlpatterns,
    *holders.urlpatterns,
    *catalog.urlpatterns,
    *rights.urlpatterns,
    *licenses.urlpatterns,
    *royalties.urlpatterns,
    *integrations.urlpatterns,
]
