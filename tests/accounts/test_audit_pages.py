"""The audit trail and the outbox as pages."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.models import Delivery, Event
from audit.services import checks, events, sealing
from foundation import jobs
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def lea(org):
    """Somebody who reads the trail."""
    return factories.person(org, permissions.LEGAL, name="Lea Legal")


@pytest.fixture
def browser(lea):
    """Their browser."""
    return factories.sign_in(Client(), lea)


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def noted(org, by, **told):
    """Record one event and return it."""
    with tenant_atomic(org.id):
        return events.record(
            "catalog.work.retitled", subject=("catalog.work", org.id), actor=by, at=NOW, **told
        )


def test_the_trail_is_found_by_person_deed_and_id(org, lea, browser):
    event = noted(org, lea, reason="A typing error")
    for asked in ("Lea Legal", "work retitled", str(event.pk), str(org.id)):
        assert "Work retitled" in words(browser.get("/audit/", {"q": asked})), asked
    assert "Work retitled" not in words(browser.get("/audit/", {"area": "rights"}))
    assert "Work retitled" in words(
        browser.get("/audit/", {"area": "catalog", "when_from": f"{NOW:%Y-%m-%d}"})
    )


def test_the_trail_costs_the_same_however_long_it_is(org, lea, browser):
    found = []
    for more in (1, 9):
        for _ in range(more):
            noted(org, lea)
        browser.get("/audit/")
        with CaptureQueriesContext(connection) as made:
            browser.get("/audit/")
        found.append(len(made))
    assert found[0] == found[1]


def test_an_event_tells_what_changed_and_why(org, lea, browser):
    event = noted(
        org, lea, reason="A typing error", before={"title": "Nite"}, after={"title": "Night"}
    )
    shown = words(browser.get(f"/audit/{event.pk}/"))
    assert "A typing error" in shown
    assert "title Nite Night" in shown
    assert "Lea Legal" in shown


def test_checking_the_chain_says_whether_it_is_intact(org, browser, superuser):
    browser.post("/audit/verify/")
    sealing.seal(org.id)
    with tenant_atomic(org.id):
        job = checks.latest()
    assert "is going on" in words(browser.get("/audit/"))
    jobs.work(org.id, job.id)
    assert "sealed events are intact" in words(browser.get("/audit/"))


def test_a_delivery_that_was_given_up_is_tried_again(org):
    olu = factories.sign_in(Client(), factories.person(org, permissions.OPS))
    with tenant_atomic(org.id):
        row = Delivery.objects.create(
            event_id=Event.objects.order_by("id")[0].pk,
            code="catalog.work.retitled",
            task="nowhere.to_be_found",
            attempts=18,
            next_at=NOW,
            failed_at=NOW,
            error="ImportError",
        )
    assert "ImportError" in words(olu.get("/outbox/?state=failed"))
    home = words(olu.get("/"))
    assert "1 Deliveries that were given up" in home
    olu.post(f"/outbox/{row.pk}/retry/")
    with tenant_atomic(org.id):
        again = Delivery.objects.get(pk=row.pk)
        assert (again.failed_at, again.attempts) == (None, 0)
        assert Event.objects.filter(code="audit.delivery.retried").count() == 1
    refused = olu.post(f"/outbox/{row.pk}/retry/", follow=True)
    assert "hasn't been given up" in words(refused)
