"""Days that a contract names, and days that hang on an event that may not have happened yet."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rights.engine.boxes import Window

Known = Callable[[str, str], date | None]
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A day of the calendar."""

    day: date


@dataclass(frozen=True, slots=True)
class AfterEvent:
    """So many months and days after an event in a territory, kept between two days.

    Where the event isn't known, it comes no later than ``no_later_than``, whatever happens.
    """

    event: str
    territory: str
    months: int = 0
    days: int = 0
    not_before: date | None = None
    no_later_than: date | None = None

    @property
    def name(self) -> str:
        """The event and its territory, as rows of the registry name it."""
        return f"{self.event} {self.territory}"


@dataclass(frozen=True, slots=True)
class AfterStart:
    """So many months after the first day."""

    months: int


Start = Fixed | AfterEvent
End = Fixed | AfterEvent | AfterStart | None  # a last day included; None is perpetual


@dataclass(frozen=True, slots=True)
class Between:
    """A day that lies between two, both included; ``latest`` None: who knows when."""

    earliest: date
    latest: date | None

    @property
    def certain(self) -> bool:
        """Whether it is one day."""
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Span:
    """When a clause holds for certain, and when it may; ``depends`` names what it hangs on."""

    certain: Window | None
    possible: tuple[Window, ...]
    depends: str


def plus_months(day: date, months: int) -> date:
    """Return the same day of a later month; its last day where the month is shorter."""
    month0 = day.month - 1 + months
    year, month = day.year + month0 // 12, month0 % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_day(start: Start, known: Known, floor: date) -> Between:
    """Return when a clause begins. What hangs on an event begins no earlier than ``floor``."""
    if isinstance(start, Fixed):
        return Between(start.day, start.day)
    return _after_event(start, known, floor)


def span(start: Start, end: End, known: Known, floor: date) -> Span:
    """Return the days of a clause: certain ones and possible ones, which don't overlap.

    Whatever the events turn out to be, the days they come to lie inside the two together.
    """
    first = first_day(start, known, floor)
    early, late = _day_after(end, first, known, floor)
    names = [
        side.name
        for side in (start, end)
        if isinstance(side, AfterEvent) and known(side.event, side.territory) is None
    ]
    certain = None
    if first.latest is not None and (early is None or first.latest < early):
        certain = Window(first.latest, early)
    if late is not None and late <= first.earliest:
        return Span(certain, (), "")
    widest = Window(first.earliest, late)
    possible = tuple(widest.without(certain)) if certain else (widest,)
    return Span(certain, possible, ", ".join(dict.fromkeys(names)) if possible else "")


def _after_event(term: AfterEvent, known: Known, floor: date) -> Between:
    low = max(floor, term.not_before or floor)
    high = term.no_later_than
    if high is not None:
        low = min(low, high)
    happened = known(term.event, term.territory)
    if happened is None:
        return Between(low, high)
    day = max(plus_months(happened, term.months) + timedelta(days=term.days), low)
    day = day if high is None else min(day, high)
    return Between(day, day)


def _day_after(
    end: End, first: Between, known: Known, floor: date
) -> tuple[date | None, date | None]:
    """Return the earliest and the latest day after the last; None is never."""
    if end is None:
        return None, None
    if isinstance(end, Fixed):
        return end.day + A_DAY, end.day + A_DAY
    if isinstance(end, AfterStart):
        late = None if first.latest is None else plus_months(first.latest, end.months)
        return plus_months(first.earliest, end.months), late
    last = _after_event(end, known, floor)
    return last.earliest + A_DAY, None if last.latest is None else last.latest + A_DAY
