"""Webhooks in the browser: made, changed, paused, told again, deleted; the secret shown once."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.models import Event
from foundation.tenancy import tenant_atomic
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhooks
from kernel.ids import uuid7
from tests import factories
from tests.royalties.test_statement_pages import text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
ERP = "https://erp.example/in"


@pytest.fixture
def browser(org):
    """The administrator's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))


@pytest.fixture
def erp(org):
    """A webhook."""
    with tenant_atomic(org.id):
        return webhooks.make(url=ERP, kinds=["run.posted"], by=BY, at=NOW)


def told(org, row, count=1, **more):
    """Return deliveries to a webhook; such as were given up where nothing else is said."""
    over = {"state": "failed", "ended_at": NOW, "error": "answered 503", "status": 503, "tries": 18}
    content = {"type": "run.posted", "data": {"subject": "7"}}
    with tenant_atomic(org.id):
        return Attempt.objects.bulk_create(
            Attempt(
                endpoint=row,
                told_of=uuid7(),
                made_at=NOW + timedelta(minutes=number),
                **{"kind": "run.posted", "content": content, **over, **more},
            )
            for number in range(count)
        )


def row_of(org, pk):
    """Return a webhook as it is now."""
    with tenant_atomic(org.id):
        return WebhookEndpoint.objects.get(pk=pk)


def codes(org):
    """Return the codes of the events about webhooks."""
    with tenant_atomic(org.id):
        events = Event.objects.filter(code__startswith="integrations.webhook.").order_by("pk")
        return [code.rpartition(".")[2] for code in events.values_list("code", flat=True)]


def secret_in(answer):
    """Return the secret that a page shows."""
    assert answer["Cache-Control"] == "no-store"
    return html.unescape(re.search(r'id="secret">([^<]+)<', answer.content.decode()).group(1))


def test_a_webhook_is_made_and_its_secret_shown_once(org, browser):
    sent = {"url": ERP, "events": ["run.posted", "statement.issued"]}
    secret = secret_in(browser.post("/webhooks/new/", sent))
    with tenant_atomic(org.id):
        row = WebhookEndpoint.objects.get()
        assert webhooks.secrets_of(row, at=NOW) == [secret.encode()]
    assert row.events == ["run.posted", "statement.issued"]
    assert codes(org) == ["made", "secret_read"]
    page = browser.get(f"/webhooks/{row.pk}/").content.decode()
    assert ERP in page
    assert secret not in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"url": "http://erp.example/"}, "Only https:// addresses are asked."),
        ({"url": "https://erp.example:8443/"}, "Only the usual port"),
        ({"url": ""}, "This field is required."),
        ({"events": []}, "This field is required."),
        ({"events": ["all.of.it"]}, "Select a valid choice."),
    ],
)
def test_what_cant_be_a_webhook_is_said_at_its_field(org, browser, sent, said):
    answer = browser.post("/webhooks/new/", {"url": ERP, "events": ["run.posted"], **sent})
    assert answer.status_code == 422
    assert said in text(answer)
    with tenant_atomic(org.id):
        assert not WebhookEndpoint.objects.exists()


def test_address_and_events_are_changed(org, browser, erp):
    page = browser.get(f"/webhooks/{erp.pk}/change/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    sent = {"url": f"{ERP}/2", "events": ["statement.published"], "seen": seen}
    answer = browser.post(f"/webhooks/{erp.pk}/change/", sent, follow=True)
    assert "The webhook is changed." in text(answer)
    now = row_of(org, erp.pk)
    assert (now.url, now.events) == (f"{ERP}/2", ["statement.published"])
    assert f"{ERP} → {ERP}/2" in text(answer)  # what happened to it


def test_two_who_change_it_at_once_are_told_of_each_other(org, browser, erp):
    seen = webhooks.fingerprint(erp)
    opened = browser.get(f"/webhooks/{erp.pk}/change/").content.decode()
    with tenant_atomic(org.id):
        webhooks.change(endpoint_id=erp.pk, url=f"{ERP}/theirs", by=BY, at=NOW)
    base = html.unescape(re.search(r'name="base" value="([^"]*)"', opened)[1])
    sent = {"url": f"{ERP}/mine", "events": ["run.posted"], "seen": seen, "base": base}
    met = browser.post(f"/webhooks/{erp.pk}/change/", sent)
    assert met.status_code == 409
    assert f"Address Both changed it {ERP} {ERP}/theirs {ERP}/mine" in text(met)
    assert row_of(org, erp.pk).url == f"{ERP}/theirs"
    fresh = re.search(r'name="seen" value="([^"]+)"', met.content.decode()).group(1)
    assert f'value="{ERP}/mine"' in met.content.decode()
    browser.post(f"/webhooks/{erp.pk}/change/", {**sent, "seen": fresh})
    assert row_of(org, erp.pk).url == f"{ERP}/mine"


def test_a_paused_webhook_is_told_nothing_until_it_is_resumed(org, browser, erp):
    assert "Nothing is sent." not in text(browser.get(f"/webhooks/{erp.pk}/"))
    shown = browser.post(f"/webhooks/{erp.pk}/pause/", follow=True)
    assert "Nothing is sent." in text(shown)
    assert not row_of(org, erp.pk).active
    assert "1 webhook" in text(browser.get("/webhooks/?state=paused"))
    assert "No webhooks fit the filters" in text(browser.get("/webhooks/?state=active"))
    browser.post(f"/webhooks/{erp.pk}/resume/")
    assert row_of(org, erp.pk).active
    assert codes(org) == ["made", "changed", "changed"]


def test_one_that_failed_stands_on_the_home_page_until_it_is_resumed(org, browser, erp):
    with tenant_atomic(org.id):
        WebhookEndpoint.objects.update(active=False, disabled_at=NOW, failures=50)
    assert "1 Webhooks that failed and were disabled" in text(browser.get("/"))
    assert "1 webhook" in text(browser.get("/webhooks/?state=disabled"))
    assert "It failed too often" in text(browser.get(f"/webhooks/{erp.pk}/"))
    browser.post(f"/webhooks/{erp.pk}/resume/")
    now = row_of(org, erp.pk)
    assert (now.active, now.failures, now.disabled_at) == (True, 0, None)
    assert "1 Webhooks that failed and were disabled" not in text(browser.get("/"))


def test_a_new_secret_is_shown_once_and_both_sign_for_a_day(org, browser, erp):
    with tenant_atomic(org.id):
        former = webhooks.secrets_of(erp, at=NOW)[0]
    answer = browser.post(f"/webhooks/{erp.pk}/rotate/")
    secret = secret_in(answer)
    assert "everything is signed with both secrets" in text(answer)
    now = row_of(org, erp.pk)
    with tenant_atomic(org.id):
        until = now.former_until
        assert webhooks.secrets_of(now, at=until - timedelta(seconds=1)) == [
            secret.encode(),
            former,
        ]
        assert webhooks.secrets_of(now, at=until) == [secret.encode()]
    page = text(browser.get(f"/webhooks/{erp.pk}/"))
    assert "the former one sign until" in page
    assert secret not in page
    assert codes(org) == ["made", "rotated", "secret_read"]


def test_what_was_given_up_is_told_again_one_by_one(org, browser, erp):
    [lost] = told(org, erp)
    page = browser.get(f"/webhooks/{erp.pk}/")
    assert "Given up" in text(page)
    assert "HTTP 503" in text(page)
    own = f"/webhooks/{erp.pk}/deliveries/{lost.pk}/"
    assert own in page.content.decode()
    sent = html.unescape(re.search(r"<pre.*?<code>(.*?)</code>", opened(browser, own), re.S)[1])
    assert json.loads(sent) == {"id": str(lost.pk), **lost.content}
    browser.post(f"/webhooks/{erp.pk}/pause/")
    refused = browser.post(f"{own}replay/", follow=True)
    assert "The webhook isn't active. Make it active first." in text(refused)
    browser.post(f"/webhooks/{erp.pk}/resume/")
    again = browser.post(f"{own}replay/", follow=True)
    assert "It is sent again within seconds" in text(again)
    with tenant_atomic(org.id):
        now = Attempt.objects.get()
    assert (now.state, now.tries, now.ended_at) == ("waiting", 0, None)


def opened(browser, address):
    """Return a page's markup."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_many_are_told_again_as_one_deed_after_a_look(org, browser, erp):
    told(org, erp, 3)
    [fine] = told(org, erp, kind="statement.issued", error="", status=204,
                  state="delivered")  # fmt: skip
    chosen = {
        "list": f"/webhooks/{erp.pk}/",
        "query": "state=failed",
        "everything": "1",
        "expected": "3",
    }
    look = browser.post("/webhooks/replay/", chosen)
    assert "Nothing is done yet" in text(look)
    assert "3 deliveries" in text(look)
    assert "come twice" not in text(look)
    with tenant_atomic(org.id):
        assert Attempt.objects.filter(state="failed").count() == 3
    browser.post("/webhooks/replay/", {**chosen, "sure": "1"})
    with tenant_atomic(org.id):
        assert Attempt.objects.filter(state="waiting").count() == 3
        assert Attempt.objects.get(pk=fine.pk).state == "delivered"
    assert codes(org) == ["made", "replayed"]
    one = browser.post("/webhooks/replay/", {"list": f"/webhooks/{erp.pk}/", "row": fine.pk})
    assert "1 of them were delivered before and come twice." in text(one)


def test_a_deleted_webhook_is_gone_with_all_it_was_told(org, browser, erp):
    told(org, erp, 2)
    with tenant_atomic(org.id):
        other = webhooks.make(url=f"{ERP}/other", kinds=["run.posted"], by=BY, at=NOW)
    told(org, other)
    page = f"/webhooks/{erp.pk}/delete/"
    assert "pause it instead" in text(browser.get(page))
    assert browser.post(page, {"reason": ""}).status_code == 422
    assert "is deleted" in text(browser.post(page, {"reason": "Moved"}, follow=True))
    assert browser.get(f"/webhooks/{erp.pk}/").status_code == 404
    with tenant_atomic(org.id):
        assert list(WebhookEndpoint.objects.values_list("pk", flat=True)) == [other.pk]
        assert Attempt.objects.count() == 1
    assert codes(org)[-1] == "deleted"


def test_lists_cost_the_same_however_long_they_are(org, browser, erp):
    told(org, erp, 3)
    costs = []
    for more in (1, 5):
        with tenant_atomic(org.id):
            for number in range(more):
                url = f"{ERP}/{more}/{number}"
                told(org, webhooks.make(url=url, kinds=["run.posted"], by=BY, at=NOW), more)
        asked = []
        for page in ("/webhooks/", f"/webhooks/{erp.pk}/"):
            browser.get(page)
            with CaptureQueriesContext(connection) as made:
                browser.get(page)
            asked.append(len(made))
        costs.append(asked)
    assert costs[0] == costs[1]
    assert max(costs[1]) <= 20
    with CaptureQueriesContext(connection) as part:
        browser.get(f"/webhooks/{erp.pk}/", headers={"HX-Request": "true"})
    assert len(part) < costs[1][1]


@pytest.mark.parametrize("role", [permissions.OPS, permissions.LEGAL, permissions.ANALYST])
def test_nobody_else_finds_them(org, erp, role):
    browser = factories.sign_in(Client(), factories.person(org, role))
    assert browser.get("/webhooks/").status_code == 403
    assert "Webhooks" not in text(browser.get("/"))
    assert browser.post(f"/webhooks/{erp.pk}/delete/", {"reason": "x"}).status_code == 403
    assert row_of(org, erp.pk).active


@pytest.mark.parametrize(
    ("query", "found"),
    [("run.posted", True), ("503", True), ("answered", True), ("statement", False), ("404", False)],
)
def test_deliveries_are_searched_for_by_event_answer_and_key(org, browser, erp, query, found):
    subject = uuid7()
    [row] = told(org, erp, content={"type": "run.posted", "data": {"subject": str(subject)}})
    address = f"/webhooks/{erp.pk}/"
    assert (str(row.pk) in browser.get(address, {"q": query}).content.decode()) is found
    for key in (row.pk, row.told_of, subject):
        assert str(row.pk) in browser.get(address, {"q": str(key)}).content.decode()
    assert str(row.pk) not in browser.get(address, {"q": str(erp.pk)}).content.decode()
