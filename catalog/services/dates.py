"""Record when a work was released, delivered or first shown, and where.

Clauses hang on these dates: apps above say at start what must follow in the same transaction.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from catalog.models import WorkEvent
from catalog.models.events import WorkEventKind
from catalog.services import works
from kernel.errors import DomainError
from territories.selectors import places

if TYPE_CHECKING:
    from audit.actors import Actor


class BadDate(DomainError):
    """A date of a work that can't be recorded as asked."""

    code = "bad_work_date"
    status = 422


_followers: list[Callable[[WorkEvent], None]] = []


def follow(step: Callable[[WorkEvent], None]) -> None:
    """Have ``step`` done in the transaction of every date that is recorded, from the start on."""
    if step not in _followers:
        _followers.append(step)


@transaction.atomic
def record(
    *,
    work_id: UUID,
    kind: str,
    territory: str,
    on: date | None,
    actor: "Actor",
    at: datetime,
    reason: str = "",
) -> WorkEvent:
    """Record the day of a kind of event in a territory; None withdraws the day known so far.

    What was known before stays and can be asked for. Raises BadDate, UnknownWork or
    UnknownTerritory.
    """
    work = works.locked(work_id)
    if kind not in WorkEventKind.values:
        raise BadDate(f"{kind!r} is no kind of event. Kinds are: {', '.join(WorkEventKind)}.")
    place = places.ancestors(territory.strip().upper())[0]
    known = WorkEvent.objects.filter(work=work, kind=kind, territory=place)
    last = known.order_by("-recorded_at").first()
    before = last.on if last else None
    if before == on:
        told = f"is {on} already" if on else "is not known, so there is nothing to withdraw"
        raise BadDate(f"The {kind} date of {work.title} in {place} {told}.")
    if last and last.recorded_at >= at:
        raise BadDate("A later record is there already. Look at the work again.")
    row = WorkEvent(
        work=work,
        kind=kind,
        territory=place,
        on=on,
        recorded_at=at,
        recorded_by=actor.actor_id,
        reason=reason,
    )
    row.save(force_insert=True)
    events.record(
        "catalog.work.dated",
        subject=work,
        actor=actor,
        at=at,
        reason=reason,
        before={"on": before},
        after={"kind": kind, "territory": place, "on": on},
    )
    for step in _followers:
        step(row)
    return row
