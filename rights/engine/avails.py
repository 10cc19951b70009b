"""Avails with proof: is a title free for what is asked, what stands in the way, and what would do.

Pure functions over clauses; ``rights.selectors.avails`` reads these from the registry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from rights.engine.asked import (
    GRAVITY,
    Answer,
    Block,
    Clause,
    Code,
    Match,
    Part,
    Question,
    Verdict,
    Weight,
)
from rights.engine.boxes import ALWAYS, Box, cut, joined
from rights.engine.cells import ALL_DAYS, Cell, Days, Ground, ground
from rights.engine.ways import ways_out


@dataclass(frozen=True, slots=True)
class Owned:
    """Ground that we hold, by which claim; ``by`` is its id."""

    clause: str
    document: str
    box: Box
    by: UUID | None = None


def answer(
    question: Question, owned: Sequence[Owned], clauses: Sequence[Clause], weight: Weight
) -> Answer:
    """Return whether what ``question`` asks is free, with the proof and the ways out.

    ``owned`` is all that we hold of the title, ``clauses`` all that was promised or stands
    against it; what doesn't meet the question does no harm. ``weight`` counts the territories of
    a set, for the cost of ways out. "Depends": free or not, as events come out.
    """
    known = ground(question, [*gaps(question, owned), *_in_order(clauses)])
    parts = tuple(_parts(known))
    with_sure = all(part.with_sure for part in parts)
    verdict = Verdict.of(all(part.with_all for part in parts), with_sure)
    free = known.free_boxes(known.all)
    if verdict is Verdict.YES:
        return Answer(verdict, free, parts=parts)
    needed, outside = proof(known, known.all if with_sure else known.sure)
    blocks = [
        Block(clause, part, at in needed)
        for at, clause in enumerate(known.clauses)
        if (part := clause.box.common(question.box))
    ]
    if outside is not None:
        blocks.append(Block(outside, question.box, needed=True))
    return Answer(verdict, free, tuple(blocks), ways_out(known, weight), parts)


def _parts(known: Ground) -> Iterator[Part]:
    for at, places in enumerate(known.places):
        column = known.column(at)
        yield Part(
            places,
            all(known.satisfied(cell, known.all) for cell in column),
            all(known.satisfied(cell, known.sure) for cell in column),
        )


MONOTONE = (Match.COVERS, Match.OVERLAPS, Match.AT_LEAST)


def gaps(question: Question, owned: Sequence[Owned]) -> list[Clause]:
    """Return, as clauses, where and when we hold nothing of what is asked."""
    reach = ALWAYS if question.match not in MONOTONE else question.box.window
    whole = replace(question.box, window=reach)
    meeting = [held for held in owned if held.box.common(whole)]
    never = cut([whole], [replace(held.box, window=reach) for held in meeting])
    sometimes = cut(cut([whole], never), [held.box for held in meeting])
    found = [Clause(Code.NO_RIGHTS_IN, "", "", box) for box in joined(never)]
    for box in joined(sometimes):
        near = next(h for h in meeting if replace(h.box, window=box.window).common(box))
        found.append(Clause(Code.GAP_IN_WINDOW, near.clause, near.document, box, by=near.by))
    return found


def proof(known: Ground, active: int) -> tuple[frozenset[int], Clause | None]:
    """Return the smallest set of ``active`` clauses that alone keeps the answer from being yes.

    Of several as small, the first by gravity, then by clause. Where no clause does but free time
    begins or ends on other days than those asked, that is the second part of the answer.
    """
    failing = [cell for cell in known.every() if not known.satisfied(cell, active)]
    match known.question.match:
        case Match.COVERS:
            low, high = known.asked
            single = [
                at
                for cell in failing
                for at, (start, end) in cell
                if active >> at & 1 and start < high and low < end
            ]
            return frozenset(sorted(single)[:1]), None
        case Match.OVERLAPS:
            return _smallest(known, failing, active, 1), None
        case Match.AT_LEAST:
            return _smallest(known, failing, active, known.question.days), None
        case Match.STARTS | Match.ENDS:
            shut = [cell for cell in failing if not _any_free(known, cell, active)]
            if shut and len(shut) == len(failing):
                return _smallest(known, shut, active, 1), None
            code = (
                Code.STARTS_OUTSIDE if known.question.match is Match.STARTS else Code.ENDS_OUTSIDE
            )
            return frozenset(), Clause(code, "", "", known.question.box)


def _any_free(known: Ground, cell: Cell, active: int) -> bool:
    low, high = known.asked
    return any(start < high and low < end for start, end in known.free(cell, active))


def _smallest(known: Ground, cells: Sequence[Cell], active: int, days: int) -> frozenset[int]:
    """Return the fewest clauses that leave some cell no ``days`` free days in a row."""
    found = [_cover(cell, active, known.asked, days) for cell in cells]
    best: list[int] = min(found, key=_size_then_order)
    return frozenset(best)


def _cover(cell: Cell, active: int, asked: Days, days: int) -> list[int]:
    """Return the fewest clauses of a cell that leave no ``days`` asked days in a row free.

    Each step takes, of the clauses that begin soon enough, the one that lasts longest: no other
    choice gets further with as many.
    """
    low, high = asked
    chosen = []
    while high - low >= days:
        soon = [
            (min(span[1], ALL_DAYS[1]), -at)
            for at, span in cell
            if active >> at & 1 and span[0] < low + days and span[1] > low
        ]
        low, negative = max(soon)
        chosen.append(-negative)
    return chosen


def _in_order(clauses: Sequence[Clause]) -> list[Clause]:
    return sorted(clauses, key=lambda c: (GRAVITY[c.code], c.clause, c.document))


def _size_then_order(chosen: Sequence[int]) -> tuple[int, list[int]]:
    return len(chosen), sorted(chosen)
