"""What a deal's calculation is given besides lines: opening balances, costs, tables, rates."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q

from kernel.period import Period
from royalties.engine.terms import Deal as Terms
from royalties.engine.values import text
from royalties.models import Cost, Deal, DealVersion, FxRate, RateTable, Run, RunResult

# A rate of the day is the newest one on or before it: holidays and weekends lie between.
_RATES_BEFORE = timedelta(days=31)


def opening(deal: Deal, version: DealVersion, run: Run, start: date) -> tuple[dict[str, Any], bool]:
    """Return the balances a deal's period opens with, and whether a period came before it.

    They are the closing balances of the last one before ``start``, posted or of this run.

    A deal that was never calculated opens with the balances signed with its version.
    """
    before = (
        RunResult.objects.filter(deal=deal, end_day__lte=start)
        .filter(Q(run=run) | Q(run__state=Run.State.POSTED))
        .order_by("-end_day")
        .values_list("closing", flat=True)
        .first()
    )
    return (dict(version.opening), False) if before is None else (before, True)


def costs(deal: Deal, period: Period) -> list[dict[str, Any]]:
    """Return the deal's costs that count in ``period``, as the engine takes them."""
    rows = Cost.objects.filter(
        deal=deal, withdrawn_at=None, counts_on__gte=period.start, counts_on__lt=period.end
    ).order_by("date", "pk")
    return [
        {
            "category": row.category,
            "amount": text(Fraction(row.amount)),
            "currency": row.currency,
            "date": row.date.isoformat(),
            **({"work": row.work} if row.work else {}),
            **({"payee": row.payee} if row.payee else {}),
            **({"note": row.note} if row.note else {}),
            **({"_row": row.file_row, "_file": row.file_name} if row.file_row else {}),
        }
        for row in rows
    ]


def tables(numbers: dict[str, int] | None = None) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the rate tables by name, and their numbers: the newest, or those of ``numbers``."""
    rows: dict[str, Any] = {}
    used: dict[str, int] = {}
    for table in RateTable.objects.order_by("name", "number"):
        if numbers is None or numbers.get(table.name) == table.number:
            rows[table.name], used[table.name] = table.rows, table.number
    return rows, used


def exchange(terms: Terms, period: Period, known_at: datetime, since: date) -> dict[str, Any]:
    """Return the exchange table of the deal's source from ``since`` on, as known at a moment."""
    if not terms.fx_source:
        return {}
    rates = (
        FxRate.objects.filter(source=terms.fx_source, recorded_at__lte=known_at)
        .filter(Q(superseded_at=None) | Q(superseded_at__gt=known_at))
        .filter(on__gte=since - _RATES_BEFORE, on__lt=period.end)
        .order_by("currency", "on")
    )
    listed = list(rates)
    if not listed:
        return {}
    return {
        "source": terms.fx_source,
        "pivot": listed[0].pivot,
        "rates": [
            {
                "currency": each.currency,
                "on": each.on.isoformat(),
                "rate": text(Fraction(each.rate)),
            }
            for each in listed
        ],
    }
