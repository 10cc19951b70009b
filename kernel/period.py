"""Periods: half-open inside, last day included at every edge. Only this module converts."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.errors import InvalidValue

_LABEL = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|H([12])|([0-9]{2})))?\Z")
MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _first_of(year: int, month0: int, day: int) -> date:
    """Return the ``day`` of the month ``month0`` months after January of ``year``."""
    return date(year + month0 // 12, month0 % 12 + 1, day)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` up to but not including ``end``; ``end`` None is perpetual."""

    start: date
    end: date | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise InvalidValue(f"A period can't end on {self.last_day}, before {self.start}.")

    @classmethod
    def inclusive(cls, first: date, last: date | None) -> "Period":
        """Return the period from ``first`` to ``last``, both days included."""
        return cls(first, None if last is None else last + timedelta(days=1))

    @classmethod
    def of(cls, label: str, *, year_starts: str = "01-01") -> "Period":
        """Return the accounting period ``label``: 2026, 2026-H1, 2026-Q1 or 2026-03.

        Quarters, halves and years count from ``year_starts`` (MM-DD, at most day 28); a month label
        is the calendar month, moved to the same day.
        """
        found = _LABEL.match(label)
        years = range(1, date.max.year)
        if not found or int(found[1]) not in years or found[4] and not 1 <= int(found[4]) <= 12:
            raise InvalidValue(
                f"{label!r} is not a period. Write 2026, 2026-H1, 2026-Q1 or 2026-03.", value=label
            )
        year, quarter, half, month = found.groups()
        month0, day = int(year_starts[:2]) - 1, int(year_starts[3:])
        if month:
            first, size = int(month) - 1, 1
        elif quarter:
            first, size = month0 + 3 * (int(quarter) - 1), 3
        elif half:
            first, size = month0 + 6 * (int(half) - 1), 6
        else:
            first, size = month0, 12
        return cls(_first_of(int(year), first, day), _first_of(int(year), first + size, day))

    @property
    def last_day(self) -> date | None:
        """The last day included, as people write it; None when perpetual."""
        return None if self.end is None else self.end - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """Return whether ``day`` lies inside."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Return whether the two share at least one day."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )


def label_kind(label: str) -> str:
    """Return month, quarter, half or year for an accounting label such as 2026-Q1."""
    tail = label[5:6]
    return {"": "year", "Q": "quarter", "H": "half"}.get(tail, "month")
