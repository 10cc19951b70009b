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
from rights.engine.boxes import ALWAYS, WORLD, Box, Window
from rights.models import Hold
from rights.models.claims import DateRule
from rights.models.grants import HoldKind
from rights.selectors import clauses, limits
from territories.geography.rights import ROOT_SPAN
from territories.geography.spans import SpanSet

if TYPE_CHECKING:
    from accounts.models import User
    from audit.actors import Actor

REASON = 500
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
def by_hand(
    *,
    work_id: UUID,
    kind: str,
    reason: str,
    by: "User",
    at: datetime,
    right_type: str = "any",
    territory: str = "WORLD",
    window: Window = ALWAYS,
) -> UUID:
    """Hold a work, or some of its rights, for somebody's legal or review reason; return the hold.

    Groups of countries have their members of the day. Raises HoldRefused, also where the same
    person holds the work so already; and what right types and territory expressions raise.
    """
    if kind not in limits.BY_HAND:
        raise HoldRefused("By hand a work is held for legal reasons or a review.")
    if len(reason) > REASON:
        raise HoldRefused(f"The reason of a hold has at most {REASON} characters. Shorten it.")
    work = works.locked(work_id)
    if Hold.objects.known_at().filter(work=work, kind=kind, cause=by.pk).exists():
        raise HoldRefused("You hold this work so already. Release that hold first.")
    (clause,) = clauses.boxes(
        right_type=right_type,
        territory=territory,
        window=window,
        rule=DateRule.SIGNATURE,
        signed_on=at.date(),
    )
    why = Why(kind, by.pk, reason)
    return place(work_id=work_id, why=why, actor=by, at=at, ground=clause.box)


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
