"""The pages of home and change requests: what each role sees, and what the buttons do."""

import html
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.models import ChangeRequest, CustomRole
from accounts.services import changes
from audit.models import Event
from foundation.tenancy import tenant_atomic
from royalties.models import DealVersion
from royalties.services import deals
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "d2-standard-hardback.json"


@pytest.fixture
def analyst(org):
    """Somebody who asks for signatures."""
    return factories.person(org, permissions.ANALYST, name="Ines Analyst")


@pytest.fixture
def administrator(org):
    """Somebody who gives them."""
    return factories.person(org, permissions.ADMINISTRATOR, name="Ada Administrator")


def document():
    """Return a sound deal."""
    return json.loads(BOOK.read_text())


def asked(org, by, terms=None):
    """Enter a deal and ask for its signature; return the request."""
    with tenant_atomic(org.id):
        entered = deals.enter(document=terms or document(), by=factories.TESTS, at=NOW)
        return deals.ask_for_signature(
            deal=entered.version.deal, reason="The contract of March", by=by, at=NOW
        )


def signed(org, by, approver, terms=None):
    """Enter a deal and sign it."""
    request = asked(org, by, terms)
    with tenant_atomic(org.id):
        changes.approve(
            request_id=request.pk,
            payload_hash=request.payload_hash,
            by=approver,
            at=NOW,
            fresh=True,
        )


def browser(user, **how):
    """Return a browser somebody is signed in with."""
    return factories.sign_in(Client(), user, **how)


def text(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def approve(client, request, **fields):
    """Press Approve."""
    fields = fields or {"payload_hash": request.payload_hash}
    return client.post(f"/changes/{request.pk}/approve/", fields)


def state(org, request):
    """Return where a request stands."""
    with tenant_atomic(org.id):
        return ChangeRequest.objects.get(pk=request.pk).state


def test_the_list_says_what_who_and_where_it_stands(org, analyst):
    asked(org, analyst)
    shown = text(browser(analyst).get("/changes/"))
    for words in (
        "Sign a deal: D2 The standard hardback scale",
        "Ines Analyst",
        "Waits for approval",
    ):
        assert words in shown


def test_the_list_costs_the_same_however_long_it_is(org, analyst):
    client, found = browser(analyst), []
    client.get("/changes/")
    for number in (1, 6):
        for n in range(number):
            terms = document()
            terms["deal"] = f"D2-{number}-{n}"
            asked(org, analyst, terms)
        with CaptureQueriesContext(connection) as made:
            client.get("/changes/")
        found.append(len(made))
    assert found[0] == found[1]


def test_a_deal_to_sign_is_told_in_plain_language_with_its_examples(org, analyst):
    request = asked(org, analyst)
    shown = text(browser(analyst).get(f"/changes/{request.pk}/"))
    assert "Version in force none 1" in shown
    assert "The standard hardback scale (D2). We pay in USD, half-yearly" in shown
    assert "Passed: 12,000 copies at 25.00" in shown
    assert "The contract of March" in shown


def test_an_amendment_marks_what_is_new_and_what_no_longer_holds(org, analyst, administrator):
    signed(org, analyst, administrator)
    terms = document()
    terms["title"] = "The revised hardback scale"
    request = asked(org, analyst, terms)
    shown = text(browser(analyst).get(f"/changes/{request.pk}/"))
    assert re.search(r"No longer: The standard hardback scale", shown)
    assert re.search(r"New: The revised hardback scale", shown)


def test_approving_signs_the_deal_and_says_so(org, analyst, administrator):
    request = asked(org, analyst)
    client = browser(administrator)
    answer = client.post(
        f"/changes/{request.pk}/approve/", {"payload_hash": request.payload_hash}, follow=True
    )
    assert "Approved and done." in text(answer)
    assert "Approved by Ada Administrator" in text(answer)
    with tenant_atomic(org.id):
        assert DealVersion.objects.get().signed_by_request == request.pk


def test_approving_needs_the_second_factor_again(org, analyst, administrator):
    request = asked(org, analyst)
    answer = approve(browser(administrator, fresh=False), request)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/confirm/?next=%2Faccounts%2Fresume%2F")
    assert state(org, request) == "pending"


def test_what_was_not_seen_is_not_approved_and_the_refusal_is_recorded(org, analyst, administrator):
    request = asked(org, analyst)
    answer = approve(browser(administrator), request, payload_hash="0" * 64)
    assert answer.status_code == 409
    assert "The change isn't the one you saw." in text(answer)
    assert state(org, request) == "pending"
    with tenant_atomic(org.id):
        assert Event.objects.get(code="accounts.change.refused").refused


def test_nobody_approves_their_own_change(org):
    both = factories.person(org, permissions.ADMINISTRATOR, permissions.ANALYST)
    request = asked(org, both)
    client = browser(both)
    assert "somebody else has to approve it" in text(client.get(f"/changes/{request.pk}/"))
    assert approve(client, request).status_code == 409
    assert state(org, request) == "pending"


def test_who_may_not_approve_is_told_and_refused(org, analyst):
    request = asked(org, analyst)
    other = browser(factories.person(org, permissions.LEGAL))
    shown = other.get(f"/changes/{request.pk}/")
    assert "Your roles don't include approving this change." in text(shown)
    assert b"/approve/" not in shown.content
    assert approve(other, request).status_code == 403
    assert state(org, request) == "pending"


def test_rejecting_needs_a_reason(org, analyst, administrator):
    request = asked(org, analyst)
    client = browser(administrator)
    answer = client.post(f"/changes/{request.pk}/reject/", {"reason": " "})
    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    assert state(org, request) == "pending"
    answer = client.post(f"/changes/{request.pk}/reject/", {"reason": "8%, not 10%"}, follow=True)
    assert "Rejected" in text(answer)
    assert state(org, request) == "rejected"


def test_a_maker_withdraws_and_nobody_else(org, analyst, administrator):
    request = asked(org, analyst)
    address = f"/changes/{request.pk}/withdraw/"
    assert browser(administrator).post(address).status_code == 409
    assert "Withdrawn" in text(browser(analyst).post(address, follow=True))
    assert state(org, request) == "withdrawn"


def test_home_counts_what_waits_for_this_person(org, analyst, administrator):
    request = asked(org, analyst)
    waiting = text(browser(administrator).get("/"))
    assert "1 Change requests to approve Oldest since" in waiting
    assert "Nothing waits for you. Empty now: Change requests to approve" in text(
        browser(analyst).get("/")
    )
    listed = browser(administrator).get("/changes/?for=me")
    assert str(request.pk) in listed.content.decode()
    assert str(request.pk) not in browser(analyst).get("/changes/?for=me").content.decode()


def test_home_without_anything_to_do_says_so(org):
    with tenant_atomic(org.pk):
        CustomRole.objects.create(code="guest", name="Guest", permissions=[])
    shown = text(browser(factories.person(org, "guest")).get("/"))
    assert "Nothing waits for you" in shown
    assert "Your roles open no page yet" in shown


@pytest.mark.parametrize("role", sorted(permissions.ROLES))
def test_home_says_what_there_is_to_do_and_leads_only_there(org, role):
    client = browser(factories.person(org, role))
    tasks = client.get("/").content.decode().partition("What you can do")[2].partition("</ul>")[0]
    found = re.findall(r'href="([^"]+)"', tasks)
    assert found
    for address in found:
        assert client.get(address).status_code == 200


def test_another_organisations_request_is_not_there(org, other_org, analyst):
    request = asked(org, analyst)
    client = browser(factories.person(other_org, permissions.ADMINISTRATOR))
    assert client.get(f"/changes/{request.pk}/").status_code == 404
    assert approve(client, request).status_code == 404
    assert str(request.pk) not in client.get("/changes/").content.decode()


def test_htmx_gets_the_list_alone_and_history_the_whole_page(org, analyst):
    asked(org, analyst)
    client = browser(analyst)
    assert client.get("/changes/").content.startswith(b"<!DOCTYPE html>")
    asked_by_htmx = {"HX-Request": "true"}
    part = client.get("/changes/?q=march", headers=asked_by_htmx).content
    assert part.strip().startswith(b'<section id="list"')
    assert b"1 change request, sorted by asked, descending" in part
    back = {**asked_by_htmx, "HX-History-Restore-Request": "true"}
    assert client.get("/changes/", headers=back).content.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("role", sorted(permissions.ROLES))
def test_the_menu_leads_only_where_the_role_may_go(org, role):
    client = browser(factories.person(org, role))
    home = client.get("/")
    assert home.status_code == 200
    menu = home.content.decode().partition('<nav id="menu"')[2].partition("</nav>")[0]
    for address in re.findall(r'href="([^"]+)"', menu):
        assert client.get(address).status_code == 200
    may = permissions.CHANGES_SEE in permissions.of_role(role)
    assert ("/changes/" in menu) is may
    assert client.get("/changes/").status_code == (200 if may else 403)
