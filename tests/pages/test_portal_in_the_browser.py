"""The creator's own page in a real browser."""

import pytest

from accounts import permissions
from accounts.models import User
from foundation.tenancy import tenant_atomic
from holders.services import portal
from tests.royalties.test_statement_pages import posted
from tests.royalties.world import BY, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_portal_is_clean_fits_and_leads_to_the_line(page_as, harbour, tmp_path, width, dark):
    issued = posted(harbour, tmp_path)
    eyes = page_as(permissions.CREATOR, width=width, dark=dark)
    person = User.objects.get(name="Ada Example")
    with tenant_atomic(harbour.id):
        for one in issued.values():
            portal.give(holder_id=one.holder_id, user_id=person.pk, actor=BY, at=NOW)
    for name, path in (("portal", "/portal/"), ("glossary", "/portal/words/")):
        assert eyes.open(path) == 200
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")
    eyes.open("/portal/")
    eyes.tab_to("Why this amount")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/statements/*/")
