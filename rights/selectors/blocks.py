"""What avails and the gate ask of the registry: what is blocked, as boxes.

Each answer is a set of parts: rights × places × days. Two clocks as everywhere: ``as_known_at``
None is now; windows are the parts' own. One query each, however many works are asked about.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from holders.selectors import holders
from rights.engine.boxes import Box, Window
from rights.models import Claim, Conflict, Restriction, Share
from rights.selectors import grants
from rights.selectors.standing import NOBODY
from territories.geography.spans import SpanSet

CONFLICT, RESTRICTION, HOLD, UNCLAIMED = "conflict", "restriction", "hold", "unclaimed"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A part that nobody may use now.

    ``code``: conflict, restriction, hold or unclaimed; ``by``: the conflict, restriction, hold or
    claim; ``clause``, ``detail``: where it is written and in words.
    """

    work: UUID
    code: str
    by: UUID
    box: Box
    clause: str = ""
    detail: str = ""


def blocked(
    work_ids: Iterable[UUID], *, as_known_at: datetime | None = None
) -> dict[UUID, list[Blocked]]:
    """Return what is blocked by open conflicts, restrictions, holds and unclaimed shares, by work.

    A claim's restriction blocks only where that claim holds. Restrictions of explicit content are
    no block by themselves: ``explicit`` tells of them.
    """
    ids = list(work_ids)
    found = against_use(ids, as_known_at=as_known_at)
    for part in _unclaimed(ids, as_known_at):
        found[part.work].append(part)
    return found


def against_use(
    work_ids: Iterable[UUID], *, as_known_at: datetime | None = None
) -> dict[UUID, list[Blocked]]:
    """Return the same but for unclaimed shares, which ``ownership`` tells of."""
    ids, found = list(work_ids), defaultdict(list)
    for part in (
        *_conflicts(ids, as_known_at),
        *_restrictions(ids, as_known_at, Restriction.Kind.BLOCKED),
        *_holds(ids, as_known_at),
    ):
        found[part.work].append(part)
    return found


def conflicts(work_ids: Iterable[UUID]) -> dict[UUID, list[Blocked]]:
    """Return what is in open conflict now, by work."""
    found = defaultdict(list)
    for part in _conflicts(list(work_ids), None):
        found[part.work].append(part)
    return found


def explicit(
    work_ids: Iterable[UUID], *, as_known_at: datetime | None = None
) -> dict[UUID, list[Blocked]]:
    """Return where works are said to have explicit content, for the territories' own rules."""
    found = defaultdict(list)
    for part in _restrictions(list(work_ids), as_known_at, Restriction.Kind.EXPLICIT):
        found[part.work].append(part)
    return found


def _conflicts(ids: list[UUID], moment: datetime | None) -> Iterator[Blocked]:
    rows = Conflict.objects.known_at(moment).filter(work_id__in=ids, state=Conflict.State.OPEN)
    for row in rows.order_by("id"):
        detail = f"Two sources differ on who holds it in {row.territory}"
        box = _box(row.rights, row.span, row)
        yield Blocked(row.work_id, CONFLICT, row.origin, box, detail=detail)


def _restrictions(ids: list[UUID], moment: datetime | None, kind: str) -> Iterator[Blocked]:
    rows = list(
        Restriction.objects.known_at(moment).filter(work_id__in=ids, kind=kind).order_by("id")
    )
    holding = _held_by({row.claim for row in rows if row.claim}, moment)
    for row in rows:
        box = _box(row.rights, row.span, row)
        parts = [box] if row.claim is None else holding.get(row.claim, ())
        for part in parts:
            if common := part.common(box):
                yield Blocked(row.work_id, RESTRICTION, row.origin, common, row.clause, row.detail)


def _held_by(claims: set[UUID], moment: datetime | None) -> Mapping[UUID, list[Box]]:
    found = defaultdict(list)
    if claims:
        for row in Claim.objects.known_at(moment).filter(origin__in=claims):
            found[row.origin].append(_box(row.rights, row.span, row))
    return found


def _holds(ids: list[UUID], moment: datetime | None) -> Iterator[Blocked]:
    for held in grants.holds(grants.Asked(ids, as_known_at=moment)):
        yield Blocked(held.work_id, HOLD, held.hold, held.box, detail=held.reason)


def _unclaimed(ids: list[UUID], moment: datetime | None) -> Iterator[Blocked]:
    nobody = holders.reserved(NOBODY)
    if nobody is None:
        return
    live = Claim.objects.known_at(moment).filter(work_id__in=ids)
    mine = Share.objects.filter(holder_id=nobody, claim__in=live).values("claim_id")
    for row in live.filter(pk__in=mine).order_by("id"):
        box = _box(row.rights, row.span, row)
        detail = f"A share has no known holder in {row.territory}"
        yield Blocked(row.work_id, UNCLAIMED, row.origin, box, detail=detail)


def _box(rights: SpanSet, places: SpanSet, row: Claim | Conflict | Restriction) -> Box:
    return Box(rights, places, Window(row.window.lower, row.window.upper))
