"""Ways out of a no: the cheapest ways of asking for less, or of asking a licensee to step back.

A way costs (licences touched, territory-days given up), the first before the second. For each kind
of change, and each few of them together, the cheapest way is found; one that needs more kinds and
costs as much as another is left out.

Where every day asked must be free, this is exact without trying sets of licences: what a cell needs
waived is just what blocks it. For the other matches a cell can be freed in several ways, so sets of
licences are tried, smallest first: exact up to 20 of them, greedy and marked so beyond.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import UUID

from rights.engine.asked import Change, Match, Way, Weight
from rights.engine.boxes import Box, joined
from rights.engine.cells import Cell, Days, Ground, window
from territories.geography.spans import SpanSet

LIMIT = 20  # licences whose sets are all tried
Waivers = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which kinds of change a plan may use."""

    start: bool = False
    end: bool = False
    drop: bool = False


SHAPES = [
    Shape(start, end, drop)
    for drop in (False, True)
    for start in (False, True)
    for end in (False, True)
]


@dataclass(frozen=True, slots=True)
class Plan:
    """The places (by position) and days that are still asked for, and who is asked to waive."""

    places: frozenset[int]
    days: Days
    waivers: Waivers


def ways_out(known: Ground, weight: Weight) -> tuple[Way, ...]:
    """Return the cheapest ways of each kind in which the answer would be a sure yes, best first."""
    every = known.all
    softer = sum(1 << at for at, c in enumerate(known.clauses) if not c.exclusivity)
    sizes = tuple(weight(places) for places in known.places)
    found: list[Way] = []
    for active, first in ((softer, (Change.NON_EXCLUSIVE,)), (every, ())):
        if first and active == every:
            continue
        search = _Search(known, active, sizes)
        found += [replace(way, changes=first + way.changes) for way in search.ways()]
    found.sort(key=lambda way: (way.cost, len(way.changes), way.changes, sorted(way.waivers)))
    return tuple(_best(found))


def _best(ways: Iterable[Way]) -> Iterator[Way]:
    """Yield those that no way before them makes needless: with no other kinds, at no more cost.

    They come by cost, then by how few kinds they need: none after them does.
    """
    kept: list[Way] = []
    for way in ways:
        kinds = set(way.changes)
        if not any(set(other.changes) <= kinds and other.cost <= way.cost for other in kept):
            kept.append(way)
            yield way


@dataclass(frozen=True, slots=True)
class _Search:
    """Ways out under the clauses ``active``; ``sizes``: how many territories each place counts."""

    known: Ground
    active: int
    sizes: tuple[int, ...]

    def ways(self) -> Iterator[Way]:
        if self._settled(self.known.every(), self.active):
            yield self._way((), frozenset(range(len(self.sizes))), self.known.asked, frozenset())
        elif self.known.question.match is Match.COVERS:
            yield from self._by_days()
            yield from self._by_shape()
        else:
            yield from self._by_places()

    # Every day asked must be free.

    def _by_days(self) -> Iterator[Way]:
        """Yield the way of taking just what is free, each place for its own days."""
        # A place is asked for in all rights at once: only days free in each of them count.
        low, high = self.known.asked
        asked = []
        for at, places in enumerate(self.known.places):
            column = self.known.column(at)
            common = [(low, high)]
            for cell in column:
                common = _overlap(common, self.known.free(cell, self.active))
            asked += [Box(self.known.question.box.rights, places, window(d)) for d in common]
        if not asked:
            return
        left = joined(asked)
        dropped = self._dropped(left)
        given = self._total() - sum(self._measure(box) for box in asked)
        yield Way((Change.DROP_DAYS,), tuple(left), dropped, (), given)

    def _by_shape(self) -> Iterator[Way]:
        for shape in SHAPES:
            for waive in (False, True):
                plans = self._plans(shape, waive)
                best = min(plans, key=self._cost, default=None)
                if best is not None and (waive or not best.waivers):
                    yield self._as_way(best)

    def _plans(self, shape: Shape, waive: bool) -> Iterator[Plan]:
        for days in self._windows(shape):
            needs = [self._needed(at, days) for at in range(len(self.sizes))]
            open_to = [need if need is not None and (waive or not need) else None for need in needs]
            if not shape.drop:
                if all(need is not None for need in open_to):
                    waivers = frozenset[UUID]().union(*(n for n in open_to if n is not None))
                    yield Plan(frozenset(range(len(needs))), days, waivers)
                continue
            # The fewest licences are those of one place; with them go all places that need no more.
            for waivers in {need for need in open_to if need is not None}:
                kept = frozenset(
                    at for at, need in enumerate(open_to) if need is not None and need <= waivers
                )
                yield Plan(kept, days, waivers)

    def _windows(self, shape: Shape) -> Iterator[Days]:
        low, high = self.known.asked
        edges = {
            edge
            for cell in self.known.every()
            for at, days in cell
            if self.active >> at & 1
            for edge in days
            if low < edge < high
        }
        starts = [low, *sorted(edges)] if shape.start else [low]
        ends = [*sorted(edges), high] if shape.end else [high]
        return ((start, end) for start in starts for end in ends if start < end)

    def _needed(self, place: int, days: Days) -> Waivers | None:
        """Return whose waivers free a place for ``days``; None if somebody can't waive."""
        needed: set[UUID] = set()
        for cell in self.known.column(place):
            for at, (start, end) in cell:
                if self.active >> at & 1 and start < days[1] and days[0] < end:
                    license_id = self.known.clauses[at].license
                    if license_id is None:
                        return None
                    needed.add(license_id)
        return frozenset(needed)

    # Some days asked must be free.

    def _by_places(self) -> Iterator[Way]:
        failing = [
            at
            for at in range(len(self.sizes))
            if not self._settled(self.known.column(at), self.active)
        ]
        kept = frozenset(range(len(self.sizes))) - frozenset(failing)
        if kept:
            yield self._way((Change.DROP_PLACES,), kept, self.known.asked, frozenset())
        cells = [cell for at in failing for cell in self.known.column(at)]
        waivers, exact = self._waivers(cells)
        if waivers is not None:
            every = frozenset(range(len(self.sizes)))
            way = self._way((Change.WAIVER,), every, self.known.asked, waivers)
            yield replace(way, exact=exact)

    def _waivers(self, cells: Sequence[Cell]) -> tuple[Waivers | None, bool]:
        """Return the fewest licences to waive for all of ``cells``, and whether that is exact."""
        clauses = self.known.clauses
        licenses = sorted(
            {c.license for cell in cells for at, _ in cell if (c := clauses[at]).license}
        )
        if not self._would_do(cells, frozenset(licenses)):
            return None, True
        if len(licenses) <= LIMIT:
            for count in range(1, len(licenses) + 1):
                for chosen in combinations(licenses, count):
                    if self._would_do(cells, frozenset(chosen)):
                        return frozenset(chosen), True
        kept = frozenset(licenses)
        for one in licenses:
            if self._would_do(cells, kept - {one}):
                kept -= {one}
        return kept, False

    def _would_do(self, cells: Iterable[Cell], waived: Waivers) -> bool:
        active = self.active
        for at, clause in enumerate(self.known.clauses):
            if clause.license in waived:
                active &= ~(1 << at)
        return self._settled(cells, active)

    def _settled(self, cells: Iterable[Cell], active: int) -> bool:
        """Return whether cells are free whatever comes of events: with them, and without.

        One way isn't enough: free time may begin within the days asked because of an event alone.
        """
        return all(
            self.known.satisfied(cell, clauses)
            for cell in cells
            for clauses in (active, active & self.known.sure)
        )

    # Costs, and plans as answers.

    def _cost(self, plan: Plan) -> tuple[int, int, int, Days, list[int], list[UUID]]:
        days = plan.days[1] - plan.days[0]
        given = self._total() - days * sum(self.sizes[at] for at in plan.places)
        places = sorted(plan.places)
        return len(plan.waivers), given, -len(places), plan.days, places, sorted(plan.waivers)

    def _as_way(self, plan: Plan) -> Way:
        low, high = self.known.asked
        told = (
            (Change.START_LATER, plan.days[0] > low),
            (Change.END_EARLIER, plan.days[1] < high),
            (Change.DROP_PLACES, len(plan.places) < len(self.sizes)),
            (Change.WAIVER, bool(plan.waivers)),
        )
        changes = tuple(change for change, made in told if made)
        return self._way(changes, plan.places, plan.days, plan.waivers)

    def _way(
        self, changes: tuple[Change, ...], kept: frozenset[int], days: Days, waivers: Waivers
    ) -> Way:
        spans = [span for at in kept for span in self.known.places[at].ranges]
        asked = Box(self.known.question.box.rights, SpanSet.of(spans), window(days))
        given = self._total() - (days[1] - days[0]) * sum(self.sizes[at] for at in kept)
        return Way(changes, (asked,), self._dropped([asked]), tuple(sorted(waivers)), given)

    def _dropped(self, left: Sequence[Box]) -> tuple[Box, ...]:
        gone = [self.known.question.box]
        for box in left:
            gone = [rest for part in gone for rest in part.without(box)]
        return tuple(joined(gone))

    def _total(self) -> int:
        low, high = self.known.asked
        return (high - low) * sum(self.sizes)

    def _measure(self, box: Box) -> int:
        at = self.known.places.index(box.places)
        return (box.window.high.toordinal() - box.window.low.toordinal()) * self.sizes[at]


def _overlap(one: Sequence[Days], other: Sequence[Days]) -> list[Days]:
    """Return the days that two lists of days both have."""
    return [
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in one
        for b in other
        if max(a[0], b[0]) < min(a[1], b[1])
    ]
