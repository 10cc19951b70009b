"""The ground of a question, cut into cells that every clause covers wholly or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rights.engine.asked import Clause, Match, Question
from rights.engine.boxes import Box, Window, joined
from territories.geography.spans import SpanSet

Days = tuple[int, int]  # ordinals of the first day and of the day after the last
ALL_DAYS: Days = (date.min.toordinal(), date.max.toordinal())
Cell = tuple[tuple[int, Days], ...]  # the clauses that cover it, each with its days


@dataclass(frozen=True, slots=True)
class Ground:
    """``cells[right][place]``: which of ``clauses`` cover that part of the question, and when.

    A set of clauses is a whole number whose bits are their positions.
    """

    question: Question
    clauses: tuple[Clause, ...]
    rights: tuple[SpanSet, ...]
    places: tuple[SpanSet, ...]
    cells: tuple[tuple[Cell, ...], ...]
    asked: Days
    reach: Days

    def every(self) -> Iterable[Cell]:
        """Return all cells."""
        return (cell for row in self.cells for cell in row)

    def free(self, cell: Cell, active: int) -> list[Days]:
        """Return the days within reach that none of ``active`` blocks, in order."""
        found = []
        low, high = self.reach
        for start, end in sorted(days for at, days in cell if active >> at & 1):
            if low < start:
                found.append((low, min(start, high)))
            low = max(low, end)
            if low >= high:
                return found
        return [*found, (low, high)]

    def satisfied(self, cell: Cell, active: int) -> bool:
        """Return whether a cell's free days are what the question wants of it."""
        return enough(self.question, self.asked, self.free(cell, active))

    def column(self, place: int) -> list[Cell]:
        """Return the cells of one of the places."""
        return [row[place] for row in self.cells]

    @property
    def all(self) -> int:
        """The set of all clauses."""
        return (1 << len(self.clauses)) - 1

    @property
    def sure(self) -> int:
        """The set of those that block for certain."""
        return sum(1 << at for at, clause in enumerate(self.clauses) if not clause.uncertain)

    def free_boxes(self, active: int) -> tuple[Box, ...]:
        """Return the asked ground that none of ``active`` blocks, as boxes that don't overlap."""
        low, high = self.asked
        alike: dict[tuple[SpanSet, Days], SpanSet] = {}
        for right, row in zip(self.rights, self.cells, strict=True):
            by_days: dict[Days, list[SpanSet]] = defaultdict(list)
            for places, cell in zip(self.places, row, strict=True):
                for start, end in self.free(cell, active):
                    days = max(start, low), min(end, high)
                    if days[0] < days[1]:
                        by_days[days].append(places)
            for days, parts in by_days.items():
                key = SpanSet.of(span for part in parts for span in part.ranges), days
                alike[key] = alike.get(key, SpanSet()) | right
        return tuple(
            joined([Box(rights, places, window(days)) for (places, days), rights in alike.items()])
        )


def enough(question: Question, asked: Days, free: Sequence[Days]) -> bool:
    """Return whether free days, in order and apart from each other, satisfy a question's match."""
    low, high = asked
    match question.match:
        case Match.COVERS:
            return any(start <= low and high <= end for start, end in free)
        case Match.OVERLAPS:
            return any(start < high and low < end for start, end in free)
        case Match.STARTS:
            return any(low <= start < high for start, _ in free if start != ALL_DAYS[0])
        case Match.ENDS:
            return any(low < end <= high for _, end in free if end != ALL_DAYS[1])
        case Match.AT_LEAST:
            return any(min(end, high) - max(start, low) >= question.days for start, end in free)


def ground(question: Question, clauses: Sequence[Clause]) -> Ground:
    """Return a question's ground under the clauses that concern it, in the order given."""
    box = question.box
    wide = question.match in (Match.STARTS, Match.ENDS)
    reach = ALL_DAYS if wide else days(box.window)
    whole = Box(box.rights, box.places, window(reach))
    kept = tuple(c for c in clauses if c.concerns(question) and c.box.common(whole))
    rights = _atoms(box.rights, [clause.box.rights for clause in kept])
    places = _atoms(box.places, [clause.box.places for clause in kept])
    spans = [days(clause.box.window) for clause in kept]
    cells = tuple(
        tuple(
            tuple((at, spans[at]) for at in range(len(kept)) if at in of_right and at in of_place)
            for _, of_place in places
        )
        for _, of_right in rights
    )
    return Ground(
        question=question,
        clauses=kept,
        rights=tuple(part for part, _ in rights),
        places=tuple(part for part, _ in places),
        cells=cells,
        asked=days(box.window),
        reach=reach,
    )


def days(window: Window) -> Days:
    """Return a window as ordinals."""
    return window.low.toordinal(), window.high.toordinal()


def window(days: Days) -> Window:
    """Return ordinals as a window."""
    return Window(date.fromordinal(days[0]), date.fromordinal(days[1]))


def _atoms(whole: SpanSet, cuts: Sequence[SpanSet]) -> list[tuple[SpanSet, frozenset[int]]]:
    """Return the parts of ``whole`` that no cut divides, each with the cuts that cover it."""
    parts = [(whole, frozenset[int]())]
    seen: dict[SpanSet, list[int]] = defaultdict(list)
    for at, cut in enumerate(cuts):
        seen[cut].append(at)
    for cut, positions in seen.items():
        divided = []
        for part, covering in parts:
            if inside := part & cut:
                divided.append((inside, covering.union(positions)))
            if outside := part - cut:
                divided.append((outside, covering))
        parts = divided
    return parts
