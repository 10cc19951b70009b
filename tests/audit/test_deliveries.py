"""The outbox: every subscriber is told, at least once, whatever the others do."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from audit import actors, tasks
from audit.models import Delivery
from audit.services import deliveries, events, subscriptions
from foundation.tenancy import current_org, tenant_atomic

DEAL = ("royalties.deal", UUID(int=7))
NOTICES: list[tuple[UUID | None, deliveries.Notice]] = []


def listen(notice: deliveries.Notice) -> None:
    """Note what was told, and in which organisation."""
    NOTICES.append((current_org(), notice))


def fail(notice: deliveries.Notice) -> None:
    """Change a row and fail."""
    Organisation.objects.filter(id=current_org()).update(name="Changed")
    raise RuntimeError("Anna Ash has no address")


@pytest.fixture(autouse=True)
def fresh():
    """Forget what was told and who asked."""
    NOTICES.clear()
    yield
    for code, task in (("x.y", "listen"), ("x.fact", "listen"), ("*", "listen"), ("x.y", "fail")):
        if f"{__name__}.{task}" in subscriptions.told_of(code, root=False):
            subscriptions.unsubscribe(code, f"{__name__}.{task}")


def subscribe(code: str, task: str) -> None:
    """Subscribe one of this module's functions."""
    events.subscribe(code, f"{__name__}.{task}")


def record(org, code: str = "x.y", facts=()) -> None:
    """Record an event in a deed of its own."""
    with tenant_atomic(org.id):
        events.record(code, subject=DEAL, actor=actors.SYSTEM, facts=facts)


@pytest.mark.django_db
def test_subscribers_are_told_once_inside_the_organisation(org, other_org):
    subscribe("x.y", "listen")
    subscribe("x.fact", "listen")
    record(org, facts=[("x.fact", {"grant": UUID(int=3)})])
    record(other_org)
    record(org, "x.other")
    tasks.drain_deliveries()
    tasks.drain_deliveries()
    told = [(tenant, notice.code, notice.data) for tenant, notice in NOTICES]
    assert sorted(told, key=str) == sorted(
        [
            (org.id, "x.y", {}),
            (org.id, "x.fact", {"grant": str(UUID(int=3))}),
            (other_org.id, "x.y", {}),
        ],
        key=str,
    )
    assert {notice.subject_id for _, notice in NOTICES} == {DEAL[1]}


@pytest.mark.django_db
def test_a_subscriber_of_everything_is_told_of_each_root_event(org):
    subscribe("*", "listen")
    record(org, facts=[("x.fact", {})])
    record(org, "x.other")
    assert deliveries.drain(org.id) == 2
    assert sorted(notice.code for _, notice in NOTICES) == ["x.other", "x.y"]


@pytest.mark.django_db
def test_a_deed_rolled_back_tells_nobody(org):
    subscribe("x.y", "listen")
    with transaction.atomic():
        record(org)
        transaction.set_rollback(True)
    assert deliveries.drain(org.id) == 0
    assert NOTICES == []


@pytest.mark.django_db
def test_a_failing_subscriber_keeps_nobody_else_waiting_and_is_tried_again(org):
    subscribe("x.y", "fail")
    subscribe("x.y", "listen")
    record(org)
    now = timezone.now()
    assert deliveries.drain(org.id, now=now) == 1
    org.refresh_from_db()
    assert org.name == "Harbour Pictures"
    with tenant_atomic(org.id):
        row = Delivery.objects.open().get()
    assert (row.attempts, row.error) == (1, "RuntimeError")
    assert row.next_at > now
    assert deliveries.claim(org.id, now=now) == []
    assert deliveries.claim(org.id, now=now + timedelta(minutes=1)) == [(row.id, 2)]


@pytest.mark.django_db
def test_after_the_last_attempt_it_is_given_up_and_stays_visible(org):
    subscribe("x.y", "fail")
    record(org)
    now = timezone.now()
    for attempt in range(deliveries.ATTEMPTS):
        deliveries.drain(org.id, now=now + timedelta(days=attempt))
    with tenant_atomic(org.id):
        row = Delivery.objects.get()
    assert row.attempts == deliveries.ATTEMPTS
    assert row.failed_at is not None
    assert deliveries.claim(org.id, now=now + timedelta(days=99)) == []


@pytest.mark.django_db
def test_a_claim_whose_worker_died_is_claimed_again_and_the_old_one_is_void(org):
    subscribe("x.y", "listen")
    record(org)
    now = timezone.now()
    ((row, first),) = deliveries.claim(org.id, now=now)
    assert deliveries.claim(org.id, now=now + timedelta(minutes=4)) == []
    ((again, second),) = deliveries.claim(org.id, now=now + timedelta(minutes=6))
    assert (again, first, second) == (row, 1, 2)
    assert not deliveries.deliver(org.id, row, first)
    assert deliveries.deliver(org.id, row, second)
    assert len(NOTICES) == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_worker_holds_is_skipped(org, application_dsn):
    subscribe("x.y", "listen")
    record(org)
    record(org)
    with psycopg.connect(application_dsn) as other:
        other.execute("SELECT set_config('app.org', %s, true)", [str(org.id)])
        other.execute("SELECT id FROM audit_delivery ORDER BY id LIMIT 1 FOR UPDATE")
        assert deliveries.drain(org.id) == 1
    assert deliveries.drain(org.id) == 1
    assert len(NOTICES) == 2
