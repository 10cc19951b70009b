"""Boxes: some rights, in some places, for some days. What a claim covers is a few of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.errors import InvalidValue
from territories.geography.allocation import WORLD_SPAN
from territories.geography.spans import SpanSet

WORLD = SpanSet((WORLD_SPAN,))


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``start`` up to but not including ``end``; None is open on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start == date.min:
            object.__setattr__(self, "start", None)
        if self.end == date.max:
            object.__setattr__(self, "end", None)
        if self.low >= self.high:
            raise InvalidValue(f"A claim can't end before {self.high} and begin on {self.low}.")

    @property
    def low(self) -> date:
        """The first day, or the first one that can be written."""
        return self.start or date.min

    @property
    def high(self) -> date:
        """The day after the last, or the last one that can be written."""
        return self.end or date.max

    @property
    def last_day(self) -> date | None:
        """The last day included, as people write it; None when open."""
        return None if self.end is None else self.end - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """Return whether ``day`` lies inside."""
        return self.low <= day and (self.end is None or day < self.end)

    def common(self, other: "Window") -> "Window | None":
        """Return the days that both have, or None."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Window(low, high) if low < high else None

    def without(self, other: "Window") -> "list[Window]":
        """Return the days of this one outside ``other``: none, one or two windows."""
        if self.common(other) is None:
            return [self]
        left = [Window(self.start, other.low)] if self.low < other.low else []
        right = [Window(other.high, self.end)] if other.high < self.high else []
        return left + right

    def __str__(self) -> str:
        begun = f"from {self.start}" if self.start else ""
        ended = f"to {self.last_day}" if self.end else ""
        return f"{begun} {ended}".strip() or "always"


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class Box:
    """Each of ``rights`` in each of ``places`` on each day of ``window``."""

    rights: SpanSet
    places: SpanSet
    window: Window

    def common(self, other: "Box") -> "Box | None":
        """Return what both have, or None."""
        window = self.window.common(other.window)
        if window is None:
            return None
        rights, places = self.rights & other.rights, self.places & other.places
        return Box(rights, places, window) if rights and places else None

    def without(self, other: "Box") -> "list[Box]":
        """Return what ``other`` leaves of this box, as boxes that don't overlap."""
        shared = self.common(other)
        if shared is None:
            return [self]
        left = []
        if rights := self.rights - shared.rights:
            left.append(Box(rights, self.places, self.window))
        if places := self.places - shared.places:
            left.append(Box(shared.rights, places, self.window))
        for window in self.window.without(shared.window):
            left.append(Box(shared.rights, shared.places, window))
        return left


def cut(boxes: Iterable[Box], away: Iterable[Box]) -> list[Box]:
    """Return what is left of ``boxes`` when every box of ``away`` is taken out of them."""
    left = list(boxes)
    for gone in away:
        left = [rest for box in left for rest in box.without(gone)]
    return left


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Return the same ground in fewer boxes where two of them, side by side, make one.

    ``boxes`` don't overlap, nor does the answer; its order depends on the ground alone as far as
    the days go, so that the same deeds give the same rows.
    """
    left = sorted(boxes, key=order)
    at = 0
    while at < len(left):
        for other in range(at + 1, len(left)):
            if one := _one(left[at], left[other]):
                del left[other], left[at]
                left = sorted([*left, one], key=order)
                at = -1
                break
        at += 1
    return left


def order(box: Box) -> tuple[date, date, tuple[object, ...], tuple[object, ...]]:
    """Return a key that sorts boxes by days, then rights, then places."""
    return box.window.low, box.window.high, box.rights.ranges, box.places.ranges


def _one(a: Box, b: Box) -> Box | None:
    """Return the box that two make together, if two of their three sides are the same."""
    if a.window == b.window and a.rights == b.rights:
        return Box(a.rights, a.places | b.places, a.window)
    if a.window == b.window and a.places == b.places:
        return Box(a.rights | b.rights, a.places, a.window)
    if a.rights == b.rights and a.places == b.places:
        if a.window.end is not None and a.window.end == b.window.start:
            return Box(a.rights, a.places, Window(a.window.start, b.window.end))
        if b.window.end is not None and b.window.end == a.window.start:
            return Box(a.rights, a.places, Window(b.window.start, a.window.end))
    return None
