"""What lasts about a work: each app adds its windows at start, the timeline shows them together."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Bar:
    """A window of days: an open side is None. ``kind`` is a word such as *claim* or *deal*."""

    kind: str
    label: str
    detail: str
    starts: date | None
    last_day: date | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who gives bars: ``of`` takes a work's key. Only who holds ``permission`` sees them."""

    name: str
    permission: str
    of: Callable[[UUID], list[Bar]]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its place on a line of a thousand parts."""

    bar: Bar
    at: int
    width: int


WHOLE = 1000
_sources: dict[str, Source] = {}


def add(source: Source) -> None:
    """Add a source at start; the same name again replaces it."""
    _sources[source.name] = source


def bars(work_id: UUID, codes: Collection[str]) -> list[Bar]:
    """Return all bars of a work that somebody with these permissions sees."""
    shown = sorted(_sources.values(), key=lambda source: (source.order, source.name))
    return [bar for source in shown if source.permission in codes for bar in source.of(work_id)]


def span(told: list[Bar], today: date) -> tuple[date, date]:
    """Return the first day of the first year and of the year after the last that bars reach."""
    days = [today, *(day for bar in told for day in (bar.starts, bar.last_day) if day)]
    return date(min(days).year - 1, 1, 1), date(min(max(days).year + 2, 9999), 1, 1)


def drawn(told: list[Bar], first: date, end: date) -> list[Drawn]:
    """Return the bars as they lie between two days; open sides reach to the edges."""
    found = []
    for bar in told:
        low = _at(bar.starts or first, first, end)
        high = _at(bar.last_day or end, first, end)
        found.append(Drawn(bar, low, max(high - low, 4)))
    return found


def years(first: date, end: date) -> list[tuple[int, int]]:
    """Return years with where each begins, at most ten of them."""
    step = max(1, (end.year - first.year + 9) // 10)
    marks = range(first.year, end.year, step)
    return [(year, _at(date(year, 1, 1), first, end)) for year in marks]


def _at(day: date, first: date, end: date) -> int:
    inside = min(max(day, first), end)
    return (inside - first).days * WHOLE // (end - first).days
