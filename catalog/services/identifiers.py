"""Give a work an identifier, and take one away."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from catalog import identifiers as numbers
from catalog.models import WorkIdentifier
from catalog.services import works

if TYPE_CHECKING:
    from audit.actors import Actor


@transaction.atomic
def add(
    *,
    work_id: UUID,
    kind: str,
    value: str,
    actor: "Actor",
    at: datetime,
    confirmed: bool = False,
) -> WorkIdentifier:
    """Give a work an identifier; one that fails its check only when a person ``confirmed`` it.

    Raises UnknownWork, BadIdentifier, or WorkExists where it names another work.
    """
    work = works.locked(work_id)
    row = works.identifier(work_id, kind, value, at=at, confirmed=confirmed, lenient=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(row) from error
    events.record(
        "catalog.identifier.added",
        subject=work,
        actor=actor,
        at=at,
        after={"kind": kind, "value": row.value, "confirmed": row.confirmed},
    )
    return row


@transaction.atomic
def remove(*, identifier_id: UUID, actor: "Actor", at: datetime, reason: str) -> WorkIdentifier:
    """Take an identifier away from its work: it may then name another. Raises BadIdentifier."""
    row = WorkIdentifier.objects.select_for_update().filter(pk=identifier_id).first()
    if row is None or row.removed_at is not None:
        raise works.BadIdentifier("This identifier was taken away already, or never was.")
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    events.record(
        "catalog.identifier.removed",
        subject=("catalog.work", row.work_id),
        actor=actor,
        at=at,
        reason=reason,
        before={"kind": row.kind, "value": row.value},
    )
    return row


@transaction.atomic
def confirm(*, identifier_id: UUID, actor: "Actor", at: datetime, reason: str) -> WorkIdentifier:
    """Say that an identifier which failed its check is meant so. Raises BadIdentifier."""
    row = WorkIdentifier.objects.select_for_update().filter(pk=identifier_id).first()
    if row is None or row.removed_at is not None or row.confirmed:
        raise works.BadIdentifier("This identifier stands confirmed already, or doesn't stand.")
    row.confirmed = True
    row.save(update_fields=["confirmed"])
    events.record(
        "catalog.identifier.confirmed",
        subject=("catalog.work", row.work_id),
        actor=actor,
        at=at,
        reason=reason,
        after={"kind": row.kind, "value": row.value},
    )
    return row


def _taken(row: WorkIdentifier) -> works.WorkExists:
    label = numbers.KINDS[row.kind]
    standing = WorkIdentifier.objects.filter(kind=row.kind, value=row.value, removed_at=None)
    other = standing.select_related("work").first()
    if other is None or other.work_id == row.work_id:
        return works.WorkExists(f"{label} {row.value} is this work's already.")
    return works.WorkExists(
        f"{label} {row.value} names {other.work.title}. Take it off there first.",
        kind=row.kind,
        value=row.value,
        work=str(other.work_id),
    )
