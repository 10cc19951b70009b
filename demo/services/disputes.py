"""What the demo's registry argues about: claims that differ, decisions, limits, documents."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from accounts import permissions
from accounts.services import changes
from demo.content.dice import key
from demo.content.plan import DISPUTED, ENTERED, Quarrel
from demo.services import registry
from demo.services.moments import moment
from demo.services.trade import Desk
from rights.services import adjudications, claims, holds, limits, overrides
from rights.services.adjudications import Paper
from rights.services.holds import Why

if TYPE_CHECKING:
    from accounts.models import ChangeRequest


def file(*, desk: Desk, works: Mapping[str, UUID]) -> None:
    """Keep the documents of works' chains of title, and what limits works from the start."""
    at = moment(ENTERED)
    told = desk.plan.disputes
    for paper in told.papers:
        limits.file(
            work_id=works[paper.work],
            label=paper.label,
            content=paper.words.encode(),
            name=f"{paper.work.lower()}.txt",
            media_type="text/plain",
            actor=desk.rights,
            at=at,
            dated=paper.dated,
            parties=paper.parties,
        )
    for limit in told.limits:
        limits.restrict(
            work_id=works[limit.work],
            kind=limit.kind,
            actor=desk.rights,
            at=at,
            right_type=limit.right_type,
            territory=limit.territory,
            detail=limit.detail,
            clause=limit.clause,
        )


def claim(*, desk: Desk, works: Mapping[str, UUID], parties: Mapping[str, UUID]) -> None:
    """Make claims that contradict each other, decide some, override one claim, hold works."""
    at = moment(DISPUTED)
    told = desk.plan.disputes
    for quarrel in told.quarrels:
        _quarrel(desk, quarrel, works, parties)
    for stake in told.overrides:
        request = overrides.propose(
            work_id=works[stake.work], terms=registry.terms(stake, parties), by=desk.rights, at=at
        )
        _approve(desk, request)
    for work, kind, reason in told.held:
        cause = key(DISPUTED, desk.plan.slug, "hold", work)
        why = Why(kind, cause, reason)
        holds.place(work_id=works[work], why=why, actor=desk.legal, at=at)


def _quarrel(
    desk: Desk, quarrel: Quarrel, works: Mapping[str, UUID], parties: Mapping[str, UUID]
) -> None:
    """Make both claims; where it is decided, as rights proposed and an administrator approved."""
    at, by = moment(DISPUTED), desk.rights
    for stake in (quarrel.first, quarrel.second):
        made = claims.claim(
            work_id=works[stake.work], terms=registry.terms(stake, parties), actor=by, at=at
        )
    if quarrel.decided:
        [conflict] = made.conflicts
        settlement = Paper("Settlement agreement", quarrel.reason.encode(), "settlement.txt",
                           "text/plain")  # fmt: skip
        request = adjudications.ask(
            conflict_id=conflict,
            shares=[(parties[code], parts) for code, parts in quarrel.decided],
            document=settlement,
            reason=quarrel.reason,
            by=by,
            at=at,
        )
        _approve(desk, request)


def _approve(desk: Desk, request: "ChangeRequest") -> None:
    changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=desk.users[permissions.ADMINISTRATOR],
        at=request.asked_at,
        fresh=True,
    )
