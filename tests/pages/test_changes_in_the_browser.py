"""Change requests in a real browser: looks, keyboard, without scripts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts import permissions
from accounts.models import ChangeRequest, Organisation
from foundation.tenancy import tenant_atomic
from royalties.services import deals
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "d2-standard-hardback.json"


@pytest.fixture
def harbour(transactional_db):
    """An organisation with three deals that wait for their signature."""
    org = Organisation.objects.create(slug="harbour", name="Harbour Pictures")
    analyst = factories.person(org, permissions.ANALYST, name="Ines Analyst")
    with tenant_atomic(org.id):
        for number, place in enumerate(("Aveiro", "Braga", "Coimbra"), 1):
            terms = json.loads(BOOK.read_text()) | {"deal": f"HB-{number}"}
            at = datetime.now(UTC)
            entered = deals.enter(document=terms, by=factories.TESTS, at=at)
            deals.ask_for_signature(
                deal=entered.version.deal, reason=f"Contract of {place}", by=analyst, at=at
            )
    return org


@pytest.fixture
def page_as(look, harbour):
    """Return a function that opens a window for somebody of a role, signed in and confirmed."""

    def opened(role, **how):
        client = factories.sign_in(Client(), factories.person(harbour, role, name="Ada Example"))
        name = settings.SESSION_COOKIE_NAME
        return look(cookies={name: client.cookies[name].value}, **how)

    return opened


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


@pytest.mark.parametrize("scripts", [True, False])
def test_a_change_is_found_read_and_approved_by_keyboard_alone(page_as, harbour, scripts):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=scripts)
    eyes.open("/")
    if not scripts:  # focus can't be asked for without scripts: the page's own order is followed
        eyes.page.get_by_role("link", name="Change requests to approve").press("Enter")
        eyes.page.get_by_role("link", name="Sign a deal: HB-1").press("Enter")
        eyes.page.get_by_role("button", name="Approve").press("Enter")
    else:
        eyes.tab_to("Change requests")
        eyes.page.keyboard.press("Enter")
        eyes.page.wait_for_url("**/changes/")
        eyes.tab_to("Sign a deal: HB-1 The standard hardback scale")
        eyes.page.keyboard.press("Enter")
        eyes.page.wait_for_url("**/changes/*/")
        eyes.tab_to("Approve")
        eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("Approved and done.").wait_for()
    assert states(harbour) == ["applied", "pending", "pending"]


def test_sorting_keeps_the_focus_says_what_happened_and_stays_in_the_address(page_as):
    eyes = page_as(permissions.ANALYST)
    eyes.open("/changes/")
    eyes.page.locator("#list-sort-asked").press("Enter")
    eyes.page.wait_for_url("**/changes/?sort=asked")
    eyes.page.locator("th[aria-sort=ascending]").wait_for()
    assert eyes.focused() == "list-sort-asked"
    status = eyes.page.locator("#status")
    assert status.inner_text() == "3 change requests, sorted by asked, ascending"
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
