"""Licences in a real browser: clean, fitting, by day and by night."""

import pytest
from django.utils import timezone

from accounts import permissions
from foundation.tenancy import tenant_atomic
from tests.licenses.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def licensed(harbour):
    """A signed licence with the draft of an amendment; its id."""
    with tenant_atomic(harbour.id):
        world = World(harbour)
        world.film()
        parts = [{"label": "Signature", "due": "2026-12-31", "amount": "60.00"},
                 {"label": "Delivery", "due": "2027-06-30", "amount": "40.00"}]  # fmt: skip
        term = {"start": "2026-01-01", "end": "2027-12-31"}
        document = world.document(fee="100.00", instalments=parts, term=term)
        license = world.sign(document, at=timezone.now())
        document["grants"] = [world.grant(territory="US + CA")]
        from licenses.services import drafts

        drafts.enter(document=document, by=world.legal, at=timezone.now())
    return license.pk


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, licensed, width, dark):
    eyes = page_as(permissions.LEGAL, width=width, dark=dark)
    pages = {
        "licenses": "/licenses/",
        "license": f"/licenses/{licensed}/",
        "license_edit": f"/licenses/{licensed}/edit/",
        "license_calendar": "/licenses/calendar/",
    }
    for name, path in pages.items():
        assert eyes.open(path) == 200, name
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")
    assert eyes.complaints == []
