"""A deal's accounting periods: in which one a day lies, and which end inside another period."""

from datetime import date

from kernel.errors import DomainError
from kernel.period import MONTHS_IN, Period
from royalties.engine.terms import Deal


class PeriodUnclear(DomainError):
    """Lines from which no accounting period can be told."""

    code = "period_unclear"
    status = 422


def period_label(deal: Deal, day: date) -> str:
    """Return the label of the accounting period of ``deal`` in which ``day`` lies."""
    months = MONTHS_IN[deal.period_kind]
    for year in (day.year - 1, day.year):
        for number in range(1, 12 // months + 1):
            label = {
                "month": f"{year}-{number:02}",
                "quarter": f"{year}-Q{number}",
                "half": f"{year}-H{number}",
                "year": f"{year}",
            }[deal.period_kind]
            if Period.of(label, year_starts=deal.year_starts).contains(day):
                return label
    raise PeriodUnclear(f"{day} lies in no period of deal {deal.id}.")


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
