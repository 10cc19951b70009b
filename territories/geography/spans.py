"""Sets of places: sorted, disjoint, half-open intervals of integers."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SpanSet:
    """A set of integers as sorted ``[lower, upper)`` pairs that neither touch nor overlap."""

    ranges: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self:
        """Return the union of ``spans``, which may come in any order and overlap."""
        joined: list[Span] = []
        for lower, upper in sorted(spans):
            if lower >= upper:
                continue
            if joined and lower <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], upper))
            else:
                joined.append((lower, upper))
        return cls(tuple(joined))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __or__(self, other: Self) -> Self:
        return type(self).of(self.ranges + other.ranges)

    def __sub__(self, other: Self) -> Self:
        kept: list[Span] = []
        cuts = other.ranges
        at = 0
        for lower, upper in self.ranges:
            while at < len(cuts) and cuts[at][1] <= lower:
                at += 1
            here = at
            while here < len(cuts) and cuts[here][0] < upper:
                if lower < cuts[here][0]:
                    kept.append((lower, cuts[here][0]))
                lower = max(lower, cuts[here][1])
                here += 1
            if lower < upper:
                kept.append((lower, upper))
        return type(self)(tuple(kept))

    def __and__(self, other: Self) -> Self:
        return self - (self - other)

    def covers(self, other: Self) -> bool:
        """Return whether all of ``other`` lies inside; the empty set lies inside nothing."""
        return bool(other.ranges) and all(self.covers_span(span) for span in other.ranges)

    def covers_span(self, span: Span) -> bool:
        """Return whether one interval lies inside (one range must hold all of it)."""
        at = bisect_right(self.ranges, (span[0], 1 << 64)) - 1
        return at >= 0 and self.ranges[at][0] <= span[0] and span[1] <= self.ranges[at][1]

    def overlaps(self, other: Self) -> bool:
        """Return whether the two share a place."""
        return bool(self & other)
