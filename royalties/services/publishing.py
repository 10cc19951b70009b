"""Show statements to their payees: at once, on the calendar's day, or not yet; and for good."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.services import events
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from kernel.ids import uuid7
from royalties.models import Publication, PublishDay, Statement
from royalties.selectors import publishing

PUBLISHING, HOLDING = "royalties.publishing", "royalties.holding_back"  # by jobs, row by row
BATCH = 500


class Published(DomainError):
    """A published statement is neither held back nor published again."""

    code = "statement_published"


class Held(DomainError):
    """A statement that is held back isn't published before it is released."""

    code = "statement_held"


class NotHeld(DomainError):
    """A statement that isn't held back can't be released."""

    code = "statement_not_held"


class NoDraft(DomainError):
    """Of statements chosen together, drafts alone are published or held back."""

    code = "statement_no_draft"


class NoReason(DomainError):
    """Holding back needs a reason."""

    code = "reason_needed"
    status = 422


def drafted(statements: Collection[Statement]) -> None:
    """Begin each issued statement as a draft; part of issuing it."""
    rows = [Publication(statement=each) for each in statements]
    Publication.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def publish(*, statement_id: UUID, by: Actor, at: datetime) -> Statement:
    """Show one statement to its payee, for good; twice is once. Raises Held."""
    [row] = _locked([statement_id])
    if row.published_at is not None:
        return row.statement
    if row.held_at is not None:
        raise Held(
            f"Statement {row.statement.number} is held back: {row.reason}. Release it first."
        )
    _publish([row], subject=row.statement, by=by, at=at)
    return row.statement


@transaction.atomic
def publish_all(*, statement_ids: Iterable[UUID], by: Actor, at: datetime) -> int:
    """Show the drafts among the statements to their payees, for good; return how many there were.

    What is held back or published stays as it is.
    """
    rows = [each for each in _locked(statement_ids) if each.state == "draft"]
    if rows:
        _publish(rows, subject=("royalties.publishing", uuid7()), by=by, at=at)
    return len(rows)


@transaction.atomic
def hold(*, statement_id: UUID, reason: str, by: Actor, at: datetime) -> Statement:
    """Hold a draft back, with the reason; held already, it takes the new one. Raises Published."""
    [row] = _locked([statement_id])
    if row.published_at is not None:
        raise Published(
            f"Statement {row.statement.number} is published: its payee has it. A correction counts "
            "in the open period."
        )
    _hold([row], reason, subject=row.statement, by=by, at=at)
    return row.statement


@transaction.atomic
def publish_draft(*, statement_id: UUID, by: Actor, at: datetime) -> None:
    """Publish one of many. Raises NoDraft where it is held back or published already."""
    row = _draft(statement_id)
    _publish([row], subject=row.statement, by=by, at=at)


@transaction.atomic
def hold_draft(*, statement_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Hold one of many back. Raises NoDraft where it is held back or published already."""
    row = _draft(statement_id)
    _hold([row], reason, subject=row.statement, by=by, at=at)


@transaction.atomic
def release(*, statement_id: UUID, by: Actor, at: datetime) -> Statement:
    """Make a held statement a draft again: the calendar's day publishes it. Raises NotHeld."""
    [row] = _locked([statement_id])
    if row.held_at is None:
        raise NotHeld(f"Statement {row.statement.number} isn't held back: it is {row.state}.")
    before = {"reason": row.reason}
    row.held_at, row.held_by, row.reason = None, None, ""
    row.save(update_fields=["held_at", "held_by", "reason"])
    events.record(
        "royalties.statement.released", subject=row.statement, actor=by, at=at, before=before
    )
    return row.statement


def publish_due(org_id: UUID, *, at: datetime) -> int:
    """Publish what the calendar says is due, all that was missed included; return how many.

    Each batch is a transaction of its own, so a killed worker loses none, and none is published
    twice. Those who publish are told three days before.
    """
    with tenant_atomic(org_id):
        _announce(at)
    count = 0
    while True:
        with tenant_atomic(org_id):
            done = _publish_some(at)
        if not done:
            return count
        count += done


@transaction.atomic
def publish_period(*, period: str, at: datetime) -> int:
    """Publish what the calendar has of one period, in one go, if its day has come by ``at``."""
    count = 0
    while done := _publish_some(at, period=period):
        count += done
    return count


def _publish_some(at: datetime, period: str = "") -> int:
    for day in publishing.due(publishing.today(at)):
        if period and day.period != period:
            continue
        rows = list(
            Publication.objects.filter(
                statement__first_day=day.first_day,
                statement__end_day=day.end_day,
                published_at=None,
                held_at=None,
            )
            .select_related("statement")
            .defer("statement__content")
            .order_by("pk")
            .select_for_update(of=("self",), no_key=True)[:BATCH]
        )
        if rows:
            _publish(rows, subject=day, by=SYSTEM, at=at)
            return len(rows)
    return 0


def _announce(at: datetime) -> None:
    for day in publishing.near(publishing.today(at)):
        fresh = PublishDay.objects.filter(pk=day.pk, announced_at=None).update(announced_at=at)
        if fresh:
            events.record("royalties.statements.due", subject=day, actor=SYSTEM, at=at)


def _draft(statement_id: UUID) -> Publication:
    [row] = _locked([statement_id])
    if row.state != "draft":
        said = "held back" if row.state == "held" else "published"
        raise NoDraft(f"Statement {row.statement.number} is {said} already; nothing changed there.")
    return row


def _locked(statement_ids: Iterable[UUID]) -> list[Publication]:
    """Lock where statements stand until the deed ends, always in the same order."""
    return list(
        Publication.objects.filter(statement__in=list(statement_ids))
        .select_related("statement")
        .defer("statement__content")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )


def _publish(rows: list[Publication], *, subject: Any, by: Actor, at: datetime) -> None:
    for row in rows:
        row.published_at, row.published_by = at, by.actor_id
    Publication.objects.bulk_update(rows, ["published_at", "published_by"])
    events.record(
        "royalties.statements.published",
        subject=subject,
        actor=by,
        at=at,
        after={"statements": len(rows)},
        facts=[("royalties.statement.published", told(row.statement)) for row in rows],
    )


def _hold(rows: list[Publication], reason: str, *, subject: Any, by: Actor, at: datetime) -> None:
    reason = reason.strip()[:500]
    if not reason:
        raise NoReason("Say why it is held back: whoever looks later reads it.")
    for row in rows:
        row.held_at, row.held_by, row.reason = at, by.actor_id, reason
    Publication.objects.bulk_update(rows, ["held_at", "held_by", "reason"])
    events.record(
        "royalties.statements.held",
        subject=subject,
        actor=by,
        at=at,
        reason=reason,
        facts=[("royalties.statement.held", told(row.statement)) for row in rows],
    )


def told(statement: Statement) -> dict[str, Any]:
    """Return what others are told of a statement: ids, never names."""
    return {
        "statement": statement.pk,
        "number": statement.number,
        "holder": statement.holder_id,
        "period": statement.period,
        "currency": statement.currency,
    }
