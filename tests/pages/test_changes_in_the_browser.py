"""Change requests in a real browser: looks, keyboard, without scripts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache

from accounts import permissions
from accounts.models import ChangeRequest
from foundation.tenancy import tenant_atomic
from royalties.services import deals
from tests import factories
from tests.accounts.test_signing_in import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "d2-standard-hardback.json"


@pytest.fixture(autouse=True)
def waiting(harbour):
    """Three deals that wait for their signature."""
    analyst = factories.person(harbour, permissions.ANALYST, name="Ines Analyst")
    with tenant_atomic(harbour.id):
        for number, place in enumerate(("Aveiro", "Braga", "Coimbra"), 1):
            terms = json.loads(BOOK.read_text()) | {"deal": f"HB-{number}"}
            at = datetime.now(UTC)
            entered = deals.enter(document=terms, by=factories.TESTS, at=at)
            deals.ask_for_signature(
                deal=entered.version.deal, reason=f"Contract of {place}", by=analyst, at=at
            )


def states(org):
    """Return where the requests stand."""
    with tenant_atomic(org.id):
        return sorted(ChangeRequest.objects.values_list("state", flat=True))


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    for name, path in (("home", "/"), ("changes", "/changes/")):
        assert eyes.open(path) == 200
        assert eyes.violations() == []
        assert eyes.overflows() <= 0
        eyes.shoot(f"{name}-{width}")
    eyes.page.get_by_role("link", name="Sign a deal: HB-2").click()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"change-{width}")


def press(eyes, name, address):
    """Reach a link or button with Tab, press Enter and wait for an address."""
    eyes.tab_to(name)
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url(address)


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_and_approving_a_change_by_keyboard_alone(look, harbour, scripts):
    boss = factories.person(
        harbour,
        permissions.ADMINISTRATOR,
        email="boss@harbour.example",
        password=factories.PASSWORD,
    )
    eyes = look(scripts=scripts)
    eyes.open("/")
    type_in(eyes, "id_login", "boss@harbour.example")
    type_in(eyes, "id_password", factories.PASSWORD)
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/2fa/authenticate/")
    type_in(eyes, "id_code", code_of(boss))
    press(eyes, "Sign in", f"{eyes.base}/")
    press(eyes, "Change requests", "**/changes/")
    press(eyes, "Sign a deal: HB-1 The standard hardback scale", "**/changes/*/")
    press(eyes, "Approve", "**/2fa/reauthenticate/**")
    cache.clear()  # as if the thirty seconds were over in which a code works once
    type_in(eyes, "id_code", code_of(boss))
    press(eyes, "Confirm", "**/resume/*/")
    assert states(harbour) == ["pending"] * 3
    press(eyes, "Send it now", "**/changes/*/")
    eyes.page.get_by_text("Approved and done.").wait_for()
    assert states(harbour) == ["applied", "pending", "pending"]


def type_in(eyes, field, text):
    """Go to a field by keyboard and type."""
    if eyes.focused() != field:
        eyes.tab_to(field)
    eyes.page.keyboard.type(text)


def test_sorting_keeps_the_focus_says_what_happened_and_stays_in_the_address(page_as):
    eyes = page_as(permissions.ANALYST)
    eyes.open("/changes/")
    eyes.page.locator("#list-sort-asked").press("Enter")
    eyes.page.wait_for_url("**/changes/?sort=asked")
    eyes.page.locator("th[aria-sort=ascending]").wait_for()
    assert eyes.focused() == "list-sort-asked"
    said = "3 change requests, sorted by asked, ascending"
    eyes.page.locator("#status", has_text=said).wait_for(state="attached")
    eyes.page.go_back()
    eyes.page.locator("th[aria-sort=descending]").wait_for()
    assert eyes.page.locator("h1").inner_text() == "Change requests"


def test_a_search_narrows_the_list_in_place(page_as):
    eyes = page_as(permissions.ANALYST)
    eyes.open("/changes/")
    eyes.page.get_by_label("Search reason or person").fill("contract braga")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("1 change request", exact=True).wait_for()
    assert eyes.focused() == "list-q"
    eyes.page.get_by_role("link", name="Clear all").press("Enter")
    eyes.page.get_by_text("3 change requests", exact=True).wait_for()
    assert "q=" not in eyes.page.url
