"""Conflicts are written down with the rows that they are about, in the same transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.ids import uuid7
from rights.engine.boxes import Box, Window
from rights.engine.layers import Dispute
from rights.models import Conflict
from rights.selectors import wording
from rights.services import rows

COLUMNS = {
    "id": "uuid",
    "origin": "uuid",
    "work_id": "uuid",
    "holding": "uuid",
    "contending": "uuid",
    "rights": "int8multirange",
    "span": "int8multirange",
    "territory": "text",
    "window": "daterange",
    "state": "text",
    "flagged_at": "timestamptz",
    "recorded_at": "timestamptz",
}
Pair = frozenset[UUID]
State = Conflict.State


@dataclass(frozen=True, slots=True)
class Flagged:
    """The conflicts that began and those that ended."""

    begun: tuple[UUID, ...]
    ended: tuple[UUID, ...]


def settle(
    work_id: UUID, wanted: Sequence[Dispute], *, at: datetime, adjudicated: UUID | None = None
) -> Flagged:
    """Make ``wanted`` the open conflicts of a work whose lock is held.

    A conflict keeps its identity while its two claims differ anywhere; when they no longer do, a
    last row says how it ended (``adjudicated``: that one by a decision).
    """
    live = list(Conflict.objects.known_at().filter(work_id=work_id, state=State.OPEN))
    if not live and not wanted:
        return Flagged((), ())
    known = {frozenset((row.holding, row.contending)): row for row in live}
    standing = {_dispute(row): row for row in live}
    pairs: dict[Pair, list[Dispute]] = defaultdict(list)
    for one in wanted:
        pairs[frozenset((one.holding, one.contending))].append(one)
    begun = {pair: uuid7() for pair in pairs if pair not in known}
    fresh = [
        _row(work_id, one, known.get(pair), begun.get(pair), State.OPEN, at)
        for pair, these in pairs.items()
        for one in these
        if one not in standing
    ]
    over = {pair: row for pair, row in known.items() if pair not in pairs}
    for pair, row in over.items():
        state = State.ADJUDICATED if row.origin == adjudicated else State.OVER
        fresh += [
            _row(work_id, one, row, None, state, at)
            for one, each in standing.items()
            if frozenset((each.holding, each.contending)) == pair
        ]
    kept = set(wanted)
    gone = [row.pk for one, row in standing.items() if one not in kept]
    Conflict.objects.known_at().filter(pk__in=gone).supersede(at)
    rows.insert(Conflict, COLUMNS, fresh)
    return Flagged(tuple(begun.values()), tuple(row.origin for row in over.values()))


def _dispute(row: Conflict) -> Dispute:
    window = Window(row.window.lower, row.window.upper)
    return Dispute(row.holding, row.contending, Box(row.rights, row.span, window))


def _row(
    work_id: UUID,
    one: Dispute,
    known: Conflict | None,
    begun: UUID | None,
    state: str,
    at: datetime,
) -> tuple[Any, ...]:
    return (
        uuid7(),
        known.origin if known else begun,
        work_id,
        one.holding,
        one.contending,
        rows.set_text(one.box.rights),
        rows.set_text(one.box.places),
        wording.places(one.box.places),
        rows.days_text(one.box.window),
        state,
        known.flagged_at if known else at,
        at,
    )
