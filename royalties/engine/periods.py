"""A deal's accounting periods: in which one a day lies, and which end inside another period."""

from datetime import date
from functools import lru_cache

from kernel.errors import DomainError
from kernel.period import MONTHS_IN, Period
from royalties.engine.terms import Deal


class PeriodUnclear(DomainError):
    """Lines from which no accounting period can be told."""

    code = "period_unclear"
    status = 422


def period_label(deal: Deal, day: date) -> str:
    """Return the label of the accounting period of ``deal`` in which ``day`` lies."""
    label = label_of(deal.period_kind, deal.year_starts, day)
    if label is None:
        raise PeriodUnclear(f"{day} lies in no period of deal {deal.id}.")
    return label


@lru_cache(maxsize=4096)
def label_of(kind: str, year_starts: str, day: date) -> str | None:
    """Return the label of the period (month, quarter, half or year) in which ``day`` lies, of a
    year that begins on ``year_starts`` (01-01); None where there is none."""
    for year in (day.year - 1, day.year):
        for number in range(1, 12 // MONTHS_IN[kind] + 1):
            label = {
                "month": f"{year}-{number:02}",
                "quarter": f"{year}-Q{number}",
                "half": f"{year}-H{number}",
                "year": f"{year}",
            }[kind]
            if Period.of(label, year_starts=year_starts).contains(day):
                return label
    return None


def periods_ending(deal: Deal, inside: Period) -> list[tuple[str, Period]]:
    """Return the deal's own periods whose last day lies in ``inside``, in order of time."""
    found = []
    assert inside.end is not None
    day = inside.start
    while day < inside.end:
        label = period_label(deal, day)
        period = Period.of(label, year_starts=deal.year_starts)
        assert period.end is not None
        if period.end <= inside.end:
            found.append((label, period))
        day = period.end
    return found
