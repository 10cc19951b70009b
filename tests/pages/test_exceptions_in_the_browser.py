"""Exceptions in a real browser: looks, a decision by keyboard alone, the same without scripts."""

import pytest

from accounts import permissions
from foundation.tenancy import tenant_atomic
from royalties.models import MatchRule, SalesException
from tests.royalties import world
from tests.royalties.test_exception_pages import ODD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def sold(harbour, tmp_path):
    """Sales of which some names wait."""
    with tenant_atomic(harbour.id):
        works = world.catalogue()
        world.sales(tmp_path, [*world.LINES, *ODD])
        return works


def key(harbour):
    with tenant_atomic(harbour.id):
        return SalesException.objects.get(title="Blue Houre").fingerprint


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, harbour, sold, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    one = f"/exceptions/{key(harbour)}/"
    paths = ["/exceptions/", "/exceptions/again/", f"{one}?work={sold[0].pk}&q=tide"]
    for at, path in enumerate([*paths, "/exceptions/rules/"]):
        assert eyes.open(path) == 200
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path
        eyes.shoot(f"exceptions-{at}-{width}")


def test_one_is_decided_by_keyboard_and_undone(page_as, harbour):
    eyes = page_as(permissions.ANALYST)
    eyes.open("/exceptions/")
    eyes.tab_to("Blue Houre")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_role("heading", name="Blue Houre").wait_for()
    eyes.tab_to("Blue Hour")
    eyes.page.keyboard.press("Enter")
    eyes.page.locator("#decision-heading:focus").wait_for()
    eyes.tab_to("id_reason")
    eyes.page.keyboard.type("Misspelt")
    eyes.tab_to("decide")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("Decided: 1 line.").wait_for()
    with tenant_atomic(harbour.id):
        rule = MatchRule.objects.get()
    eyes.open(f"/exceptions/rules/{rule.pk}/")
    assert eyes.violations() == []
    eyes.shoot("exceptions-rule")
    eyes.page.get_by_role("button", name="Undo this rule").press("Enter")
    eyes.page.get_by_text("Undone. Its lines wait").wait_for()


def test_one_is_decided_without_scripts(page_as, harbour):
    eyes = page_as(permissions.ANALYST, scripts=False, width=320)
    eyes.open(f"/exceptions/{key(harbour)}/?q=low+tide")
    eyes.page.get_by_role("link", name="Low Tide").first.click()
    eyes.page.get_by_role("button", name="Decide: it is this work").click()
    eyes.page.get_by_text("Decided: 1 line.").wait_for()
