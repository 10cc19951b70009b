"""Use held against the terms of licences: which clause covers it, or which one it breaks.

Plain values in, findings out. Days are half-open windows; a side of a use that its lines don't
tell (right, place) is taken as whatever the clause grants, and said to be untold.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from rights.engine.boxes import WORLD, Box, Window, cut
from rights.engine.written import Grant, Holdback, RunCap
from territories.geography.rights import ROOT_SPAN, right_types
from territories.geography.spans import SpanSet

ALL_RIGHTS = SpanSet((ROOT_SPAN,))
SHOWN = 120
Side = Literal["window", "territory", "right"]
BROKEN = {
    "window": "use_outside_window",
    "territory": "use_outside_territory",
    "right": "use_of_other_right",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one sales file."""

    file: UUID
    name: str
    numbers: tuple[int, ...]

    @property
    def ranges(self) -> str:
        """Their numbers, those in a row together: 2-5, 9."""
        runs: list[list[int]] = []
        for one in sorted(self.numbers):
            if runs and one == runs[-1][1] + 1:
                runs[-1][1] = one
            else:
                runs.append([one, one])
        return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)

    @property
    def short(self) -> str:
        """As a page shows them, cut where they are many: rows 2-5, 9."""
        told, count = self.ranges, len(self.numbers)
        if len(told) > SHOWN:
            told = f"{told[:SHOWN].rpartition(',')[0]} and others, {count:,} in all"
        return f"row{'' if count == 1 else 's'} {told}"

    @property
    def text(self) -> str:
        """As people find them: partner.csv rows 2-5, 9."""
        return f"{self.name} row{'' if len(self.numbers) == 1 else 's'} {self.ranges}"


@dataclass(frozen=True, slots=True)
class Use:
    """What some lines alike report of one work: ``rights`` or ``places`` None: not told.

    ``day`` is the one day that the lines name; None where they name several, or only their file's.
    """

    work: UUID
    right: str
    territory: str
    rights: SpanSet | None
    places: SpanSet | None
    window: Window
    day: date | None
    units: Decimal
    money: tuple[tuple[Decimal, str], ...]
    rows: Rows

    @property
    def lines(self) -> int:
        """How many lines."""
        return len(self.rows.numbers)


@dataclass(frozen=True, slots=True)
class Term:
    """A clause of a licence as the registry holds it."""

    license: UUID
    row: Grant | Holdback | RunCap


@dataclass(frozen=True, slots=True)
class Breach:
    """What is wrong with some use, by which clause (None: no clause is about the work)."""

    code: str
    term: Term | None
    uses: tuple[Use, ...]
    said: str = ""
    over: int = 0


def box_of(term: Term) -> Box:
    """Return what a clause is about."""
    row = term.row
    rights = SpanSet((right_types()[row.right].span,)) if isinstance(row, Grant) else row.rights
    return Box(rights, row.span, row.window)


def ground(use: Use) -> Box:
    """Return what a use takes up; a side that isn't told is all of it."""
    return Box(use.rights or ALL_RIGHTS, use.places or WORLD, use.window)


def judge(use: Use, terms: Sequence[Term]) -> Iterator[Breach]:
    """Yield what is wrong with a use under all clauses of its licensee, grants and holdbacks."""
    mine = [one for one in terms if one.row.work_id == use.work]
    grants = sorted((one for one in mine if isinstance(one.row, Grant)), key=_order)
    if not grants:
        yield Breach("use_without_license", None, (use,))
        return
    yield from _under_grants(use, grants)
    for one in mine:
        if isinstance(one.row, Holdback) and one.row.binds == "licensee":
            yield from _held_back(use, one)


def _order(term: Term) -> tuple[str, str, date]:
    return str(term.license), term.row.clause, term.row.window.low


def _under_grants(use: Use, grants: Sequence[Term]) -> Iterator[Breach]:
    box = ground(use)
    told = [(one, _as_told(use, box_of(one))) for one in grants]
    left = cut([box], [place for one, place in told if not one.row.depends])
    if not left:
        if unsaid := _unsaid(use):
            yield Breach("use_unclear", _nearest(use, told), (use,), unsaid)
        return
    depending = [(one, place) for one, place in told if one.row.depends]
    if not cut(left, [place for _, place in depending]):
        first = next(one for one, place in depending if any(place.common(x) for x in left))
        yield Breach("use_unclear", first, (use,), f"it hangs on {first.row.depends}")
        return
    best = _nearest(use, told)
    sides = failing(box, next(place for one, place in told if one is best))
    if not sides:
        yield Breach("use_unclear", best, (use,), _partly(box, box_of(best), use))
    for side in sides:
        yield Breach(BROKEN[side], best, (use,))


def _as_told(use: Use, box: Box) -> Box:
    """Return a clause's ground, whole on the sides that the use doesn't tell."""
    rights = box.rights if use.rights else ALL_RIGHTS
    return Box(rights, box.places if use.places else WORLD, box.window)


def _nearest(use: Use, told: Iterable[tuple[Term, Box]]) -> Term:
    """Return the clause that fails on the fewest sides: days before places before rights."""
    box = ground(use)
    order = ((), ("window",), ("territory",), ("right",))

    def rank(pair: tuple[Term, Box]) -> tuple[int, int]:
        sides = failing(box, pair[1])
        return len(sides), order.index(sides) if sides in order else len(order)

    return min(told, key=rank)[0]


def failing(box: Box, clause: Box) -> tuple[Side, ...]:
    """Return the sides on which a use and a clause have nothing in common."""
    found: list[Side] = []
    if box.window.common(clause.window) is None:
        found.append("window")
    if not box.places.overlaps(clause.places):
        found.append("territory")
    if not box.rights.overlaps(clause.rights):
        found.append("right")
    return tuple(found)


def _unsaid(use: Use) -> str:
    sides = [
        *(["right"] if use.rights is None else []),
        *(["territory"] if use.places is None else []),
    ]
    return f"the lines don't tell their {' and '.join(sides)}" if sides else ""


def _partly(box: Box, clause: Box, use: Use) -> str:
    sides = [
        *(["days"] if box.window.without(clause.window) else []),
        *(["places"] if use.places and not clause.places.covers(box.places) else []),
        *(["rights"] if use.rights and not clause.rights.covers(box.rights) else []),
    ]
    return (
        f"the lines take in more {' and '.join(sides)} than the clause"
        if sides
        else ("several clauses cover parts of it")
    )


def _held_back(use: Use, term: Term) -> Iterator[Breach]:
    """Yield a use that a holdback keeps the licensee from."""
    box, held = ground(use), box_of(term)
    if box.common(held) is None:
        return
    whole = not cut([box], [held]) and not term.row.depends and not _unsaid(use)
    if whole:
        yield Breach("use_held_back", term, (use,))
    else:
        yield Breach("use_unclear", term, (use,), "part of it may be held back")


def over_caps(terms: Sequence[Term], uses: Sequence[Use], period: Window) -> Iterator[Breach]:
    """Yield the limits of runs and days that are exceeded by the end of ``period``, and in it.

    A run is a unit of a line (one, where it names none) under a clause's rights, places and days,
    from the clause's first day on. Uses that overlap a limit in part are said to be unclear.
    """
    by_clause: dict[tuple[UUID, str, UUID], list[Term]] = {}
    for one in terms:
        if isinstance(one.row, RunCap) and not one.row.depends:
            key = (one.license, one.row.clause, one.row.work_id)
            by_clause.setdefault(key, []).append(one)
    by_work: dict[UUID, list[Use]] = {}
    for use in uses:
        by_work.setdefault(use.work, []).append(use)
    for key in sorted(by_clause, key=str):
        listed = by_clause[key]
        boxes = [box_of(one) for one in listed]
        mine = [use for use in by_work.get(key[2], ()) if use.window.low < period.high]
        met = [use for use in mine if any(ground(use).common(box) for box in boxes)]
        sure = [use for use in met if not cut([ground(use)], boxes) and not _unsaid(use)]
        yield from _counted(listed[0], sure, period)
        part = [u for u in met if u not in sure and u.window.common(period) is not None]
        if part:
            yield Breach(
                "use_unclear", listed[0], tuple(part), "it isn't clear whether it counts to a limit"
            )


def _counted(term: Term, uses: Sequence[Use], period: Window) -> Iterator[Breach]:
    assert isinstance(term.row, RunCap)
    now = tuple(use for use in uses if use.window.common(period) is not None)
    if not now:
        return
    runs = sum((use.units for use in uses), Decimal(0))
    if term.row.runs is not None and runs > term.row.runs:
        said = f"{runs.normalize():f} runs, where the clause allows {term.row.runs}"
        over = int((runs - term.row.runs).to_integral_value("ROUND_CEILING"))
        yield Breach("runs_exceeded", term, now, said, over)
    most = term.row.exhibition_days
    if most is None:
        return
    days = {use.day for use in uses if use.day is not None}
    if len(days) > most:
        said = f"{len(days)} exhibition days, where the clause allows {most}"
        yield Breach("exhibition_days_exceeded", term, now, said, len(days) - most)
    loose = tuple(use for use in now if use.day is None)
    if loose:
        yield Breach("use_unclear", term, loose, "the lines don't tell on which days it was shown")
