"""The drainer: tells each subscriber, at least once, and gives up after about a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.actors import Actor
from audit.models import Delivery, Event, Fact
from audit.services import events
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

BATCH = 100
ATTEMPTS = 18
CLAIM = timedelta(minutes=5)
log = structlog.get_logger(__name__)


class NotFailed(DomainError):
    """A delivery that can't be tried again."""

    code = "delivery_not_failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a subscriber is told. ``delivery_id`` is the same each time it is told again."""

    delivery_id: UUID
    event_id: UUID
    code: str
    at: datetime
    actor_id: UUID
    actor_kind: str
    subject_kind: str
    subject_id: UUID
    data: dict[str, Any]
    fact_id: UUID | None = None  # where one fact of the event is told of


def drain(org_id: UUID, *, now: datetime | None = None) -> int:
    """Deliver what is due in one organisation; return how many subscribers were told."""
    told = 0
    for delivery_id, attempt in claim(org_id, now=now or timezone.now()):
        told += deliver(org_id, delivery_id, attempt)
    return told


def claim(org_id: UUID, *, now: datetime, size: int = BATCH) -> list[tuple[UUID, int]]:
    """Take up to ``size`` due deliveries that nobody holds; return their ids and attempts.

    An attempt counts when it is claimed, so that one that kills its worker counts too.
    """
    with tenant_atomic(org_id):
        rows = list(Delivery.objects.due(now).select_for_update(skip_locked=True)[:size])
        for row in rows:
            row.attempts += 1
            row.next_at = now + max(CLAIM, backoff(row.attempts))
        Delivery.objects.bulk_update(rows, ["attempts", "next_at"])
        return [(row.id, row.attempts) for row in rows]


def deliver(org_id: UUID, delivery_id: UUID, attempt: int) -> bool:
    """Tell one subscriber, in one transaction with the note that it was told.

    Returns False when it failed (it is tried again later) or another worker took it over.
    """
    try:
        with tenant_atomic(org_id):
            held = Delivery.objects.open().filter(id=delivery_id, attempts=attempt)
            row = held.select_for_update(skip_locked=True).first()
            if row is None:
                return False
            task: Callable[[Notice], object] = import_string(row.task)
            task(_notice(row))
            row.delivered_at, row.error = timezone.now(), ""
            row.save(update_fields=["delivered_at", "error"])
    except Exception as error:  # whatever a subscriber raises, the others are told
        _note_failure(org_id, delivery_id, attempt, error)
        return False
    return True


def retry(*, delivery_id: UUID, by: Actor, at: datetime) -> Delivery:
    """Try a delivery that was given up again from ``at`` on, as often as a new one.

    Raises NotFailed for one that is delivered, or still being tried.
    """
    row = Delivery.objects.select_for_update().filter(id=delivery_id).first()
    if row is None or row.failed_at is None:
        raise NotFailed("This delivery hasn't been given up: there is nothing to try again.")
    row.failed_at, row.attempts, row.next_at = None, 0, at
    row.save(update_fields=["failed_at", "attempts", "next_at"])
    events.record(
        "audit.delivery.retried",
        subject=row,
        actor=by,
        at=at,
        after={"code": row.code, "task": row.task},
    )
    return row


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 2 s, doubling up to six hours."""
    return min(timedelta(seconds=2**attempts), timedelta(hours=6))


def _notice(row: Delivery) -> Notice:
    event = Event.objects.get(id=row.event_id)
    data = Fact.objects.values_list("data", flat=True).get(id=row.fact_id) if row.fact_id else {}
    return Notice(
        delivery_id=row.id,
        event_id=event.id,
        code=row.code,
        at=event.at,
        actor_id=event.actor_id,
        actor_kind=event.actor_kind,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        data=data,
        fact_id=row.fact_id,
    )


def _note_failure(org_id: UUID, delivery_id: UUID, attempt: int, error: Exception) -> None:
    """Note the kind of error alone: its text may hold what is personal."""
    code = error.code if isinstance(error, DomainError) else ""
    name = f"{type(error).__name__} {code}".strip()[:200]
    now = timezone.now()
    change: dict[str, Any] = {"error": name, "next_at": now + backoff(attempt)}
    if attempt >= ATTEMPTS:
        change["failed_at"] = now
    log.exception("delivery failed", delivery=str(delivery_id), attempt=attempt)
    with tenant_atomic(org_id):
        Delivery.objects.open().filter(id=delivery_id, attempts=attempt).update(**change)
