"""Deals in a real browser: looks, live check, keyboard, and the whole way without scripts."""

import json
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from accounts import permissions
from accounts.models import ChangeRequest
from foundation import jobs
from foundation.tenancy import tenant_atomic
from holders.models import Holder
from holders.services import holders
from royalties.models import DealPayee, DealVersion
from royalties.services import deals, runs
from tests import factories
from tests.accounts.test_signing_in import code_of
from tests.pages.test_changes_in_the_browser import press, type_in
from tests.royalties import world
from tests.royalties.world import BY, DEAL, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drafted(harbour, tmp_path):
    """A signed deal with a posted period and a draft of its next version; its id."""
    with tenant_atomic(harbour.id):
        world.catalogue()
        deal = world.signed(DEAL | {"term": {"from": "2025-01-01", "to": "2026-12-20"}})
        world.sales(tmp_path)
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(harbour.id, job) == "done"
    with tenant_atomic(harbour.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        changed = json.loads(json.dumps(DEAL).replace('"20"', '"25"').replace("8.00", "10.00"))
        changed["title"] = "Kestrel, recordings at the higher rate"
        deals.enter(document=changed, by=BY, at=datetime.now(UTC))
    return deal.pk


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, drafted, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    pages = {
        "deals": "/deals/",
        "deal": f"/deals/{drafted}/",
        "deal_new": "/deals/new/",
        "deal_edit": f"/deals/{drafted}/edit/",
        "deal_payees": f"/deals/{drafted}/payees/?payee=ana&q=kestrel",
        "deal_what_if": f"/deals/{drafted}/what-if/",
        "deal_working": f"/deals/{drafted}/what-if/new/ana/",
        "deal_diff": f"/deals/{drafted}/diff/",
    }
    for name, path in pages.items():
        assert eyes.open(path) == 200, name
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")


def test_what_is_typed_is_checked_as_it_stands_and_the_focus_stays(page_as, drafted):
    eyes = page_as(permissions.ANALYST)
    eyes.open(f"/deals/{drafted}/edit/")
    text = eyes.page.locator("#id_text")
    written = text.input_value()
    text.fill(written.replace('"percent": "25"', '"percent": 25'))
    eyes.page.get_by_role("heading", name="1 problem", exact=True).wait_for()
    assert eyes.focused() == "id_text"
    eyes.page.locator("#status", has_text="1 problem").wait_for(state="attached")
    assert eyes.violations() == []
    eyes.shoot("deal_wrong")
    eyes.page.locator("a[data-line]").first.press("Enter")
    chosen = eyes.page.evaluate(
        "(({value, selectionStart: a, selectionEnd: b}) => value.slice(a, b))"
        "(document.getElementById('id_text'))"
    )
    assert '"percent": 25' in chosen
    assert eyes.focused() == "id_text"
    text.fill(written.replace('"10.00"}}', '"11.00"}}'))
    eyes.page.locator("#said", has_text="ben.due is 10.00, expected 11.00").wait_for()
    text.fill(written)
    eyes.page.locator("#said", has_text="1 of 1 worked examples come out").wait_for()


def test_why_a_what_if_amount_opens_in_place(page_as, drafted):
    eyes = page_as(permissions.LEGAL)
    eyes.open(f"/deals/{drafted}/what-if/")
    eyes.page.locator("summary", has_text="Ben Ode, under the draft").press("Enter")
    eyes.page.locator("#why-new-ben section").wait_for()
    assert "15.00" in eyes.page.locator("#why-new-ben").inner_text()
    assert eyes.violations() == []
    eyes.shoot("deal_why")


def asks(eyes, harbour):
    """Begin with a template, check, save, name the payee's holder and ask for the signature."""
    page = eyes.page
    eyes.open("/deals/")
    press(eyes, "New deal", "**/deals/new/")
    press(eyes, "BookA share of the list price of every copy", "**/deals/new/?from=*")
    eyes.tab_to("id_text")
    eyes.tab_to("Check")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing is wrong.").first.wait_for()
    press_save = "Save draft"
    eyes.tab_to(press_save)
    page.keyboard.press("Enter")
    page.get_by_text("is saved as a draft").wait_for()
    press(eyes, "Payees and holders", "**/payees/")
    with tenant_atomic(harbour.id):
        [payee] = DealPayee.objects.values_list("payee", flat=True)
    type_in(eyes, f"q-{payee}", "odell")
    page.keyboard.press("Enter")
    page.wait_for_url("**/payees/?*")
    eyes.tab_to(f"{payee} is Benedict Odell")
    page.keyboard.press("Enter")
    page.get_by_text(f"{payee} is settled.").wait_for()
    press(eyes, "Back to the deal", "**/deals/*/")
    type_in(eyes, "id_reason", "Contract of March")
    eyes.tab_to("Ask for signature")
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/*/")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_template_to_the_signature_by_keyboard_alone(look, page_as, harbour, scripts):
    with tenant_atomic(harbour.id):
        holders.register(kind="person", name="Benedict Odell", actor=BY, at=NOW)
    asks(page_as(permissions.ANALYST, scripts=scripts), harbour)
    boss = factories.person(
        harbour,
        permissions.ADMINISTRATOR,
        email="boss@harbour.example",
        password=factories.PASSWORD,
    )
    eyes = look(scripts=scripts)
    eyes.open("/changes/")
    type_in(eyes, "id_login", "boss@harbour.example")
    type_in(eyes, "id_password", factories.PASSWORD)
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/2fa/authenticate/**")
    type_in(eyes, "id_code", code_of(boss))
    press(eyes, "Sign in", "**/changes/")
    eyes.page.get_by_role("link", name="Sign a deal:").press("Enter")
    eyes.page.wait_for_url("**/changes/*/")
    press(eyes, "Approve", "**/2fa/reauthenticate/**")
    cache.clear()  # as if the thirty seconds were over in which a code works once
    type_in(eyes, "id_code", code_of(boss))
    press(eyes, "Confirm", "**/resume/*/")
    press(eyes, "Send it now", "**/changes/*/")
    eyes.page.get_by_text("Approved and done.").wait_for()
    with tenant_atomic(harbour.id):
        assert ChangeRequest.objects.get().state == "applied"
        version = DealVersion.objects.get()
        assert version.signed_at is not None
        [held] = DealPayee.objects.values_list("holder_id", flat=True)
        assert Holder.objects.get(pk=held).name == "Benedict Odell"
