"""Hold rights in a work, whatever was granted, and release them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from audit.services import events
from catalog.services import works
from kernel.errors import DomainError
from rights.engine.boxes import ALWAYS, WORLD, Box
from rights.models import Hold
from rights.models.grants import HoldKind
from territories.geography.rights import ROOT_SPAN
from territories.geography.spans import SpanSet

if TYPE_CHECKING:
    from audit.actors import Actor

EVERYTHING = Box(SpanSet((ROOT_SPAN,)), WORLD, ALWAYS)


class HoldRefused(DomainError):
    """A hold that can't be placed or released as asked."""

    code = "hold_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Why:
    """The kind of a hold, the id of what is behind it, and its reason in words."""

    kind: str
    cause: UUID
    reason: str


@transaction.atomic
def place(
    *, work_id: UUID, why: Why, actor: "Actor", at: datetime, ground: Box = EVERYTHING
) -> UUID:
    """Hold ``ground`` of a work; return the hold's id. The same cause again changes nothing.

    Raises UnknownWork, HoldRefused.
    """
    if why.kind not in HoldKind.values or not why.reason.strip():
        raise HoldRefused(f"A hold has a reason and a kind: {', '.join(HoldKind.values)}.")
    work = works.locked(work_id)
    standing = Hold.objects.known_at().filter(work=work, kind=why.kind, cause=why.cause).first()
    if standing is not None:
        return standing.pk
    hold = Hold(
        work=work,
        rights=ground.rights,
        span=ground.places,
        window=DateRange(ground.window.start, ground.window.end),
        kind=why.kind,
        cause=why.cause,
        reason=why.reason.strip(),
        recorded_at=at,
    )
    hold.save(force_insert=True)
    after = {"hold": hold.pk, "kind": why.kind, "cause": why.cause}
    events.record(
        "rights.hold.placed", subject=work, actor=actor, at=at, reason=why.reason, after=after
    )
    return hold.pk


@transaction.atomic
def release(*, hold_id: UUID, actor: "Actor", at: datetime, reason: str) -> None:
    """End a hold. Raises HoldRefused where it isn't there or has ended."""
    hold = Hold.objects.select_related("work").filter(pk=hold_id).first()
    if hold is None:
        raise HoldRefused("There is no such hold. Load the page again.")
    works.locked(hold.work_id)
    if not Hold.objects.known_at().filter(pk=hold_id).supersede(max(at, hold.recorded_at)):
        raise HoldRefused("This hold has been released already.")
    events.record(
        "rights.hold.released",
        subject=hold.work,
        actor=actor,
        at=at,
        reason=reason,
        before={"hold": hold_id, "kind": hold.kind},
    )
