"""What this app finds: licences by code or title."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from accounts.policies import scope
from kernel.ids import key_of
from licenses.models import License
from licenses.permissions import LICENSE_SEE

if TYPE_CHECKING:
    from accounts.models import User


def _licenses(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(code__icontains=text) | Q(title__icontains=text)
    rows = scope(person, LICENSE_SEE, License.objects.filter(about)).order_by("code")[:8]
    return [
        Hit(
            row.title,
            address("license", pk=row.pk),
            row.code,
            exact=row.pk == key or row.code.lower() == text.lower(),
        )
        for row in rows
    ]


finders.add(Finder("Licences", _licenses, LICENSE_SEE, order=22))
