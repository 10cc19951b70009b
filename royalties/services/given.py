"""Enter what deals are given besides sales: costs, rate tables, exchange rates."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.actors import Actor
from audit.services import events
from foundation.database import bulk
from kernel.canonical import digest
from kernel.currencies import minor_units
from kernel.errors import DomainError
from kernel.ids import uuid7
from kernel.numbers import parse_decimal
from royalties.engine.errors import TableInvalid
from royalties.engine.inputs import check_costs, check_tables
from royalties.models import Cost, Deal, FxRate, RateTable, Run
from royalties.services import periods


class BadRates(DomainError):
    """Exchange rates that can't be read; ``extra`` names the row."""

    code = "bad_exchange_rates"
    status = 422


COST_COLUMNS = ("category", "amount", "currency", "date", "work", "payee", "note")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows were new, and how many were there already."""

    new: int
    known: int


@transaction.atomic
def enter_costs(
    *,
    deal: Deal,
    rows: Sequence[Mapping[str, Any]],
    source: str,
    by: Actor,
    at: datetime,
    file_name: str = "",
) -> Counted:
    """Enter a file's costs for a deal, each row once; ``source`` names the file for the trail.

    ``file_name`` and each row's ``_row`` are kept, so that people find a cost again.

    A row equal to one known (in every column) is the same cost, whatever file it comes in; equal
    ones in one file are several. Two equal costs in two files are told apart by their note. Rows
    have category, amount and date, and may have currency, work, payee, note and ``_row``. A cost
    dated in a closed period counts in the first open one. Raises TableInvalid with the row.
    """
    check_costs(rows)
    first_open = periods.hold_open()
    known = set(Cost.objects.filter(deal=deal, withdrawn_at=None).values_list("source", flat=True))
    fresh = [
        Cost(
            deal=deal,
            source=name,
            file_name=file_name[:255],
            entered_at=at,
            entered_by=by.actor_id,
            **_said(row, number, deal, first_open),
        )
        for number, (name, row) in enumerate(_named(rows), 1)
        if name not in known
    ]
    Cost.objects.bulk_create(fresh, batch_size=1000)
    if fresh:
        events.record(
            "royalties.costs.entered",
            subject=deal,
            actor=by,
            at=at,
            after={"rows": len(fresh), "source": source},
        )
    return Counted(len(fresh), len(rows) - len(fresh))


def _named(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each row with its name: the hash of its content, and how often it came."""
    times: Counter[str] = Counter()
    for row in rows:
        content = digest({key: str(row.get(key) or "") for key in COST_COLUMNS})[:32]
        times[content] += 1
        yield f"{content}/{times[content]}", row


def _said(
    row: Mapping[str, Any], number: int, deal: Deal, first_open: date | None
) -> dict[str, Any]:
    """Return what a row says of its cost, by column."""
    if not row.get("date"):
        raise TableInvalid(f"Cost in row {row.get('_row', number)} has no date.")
    day = date.fromisoformat(row["date"])
    return {
        "category": row["category"],
        "amount": parse_decimal(str(row["amount"])),
        "currency": row.get("currency") or deal.currency,
        "date": day,
        "work": row.get("work") or "",
        "payee": row.get("payee") or "",
        "note": (row.get("note") or "")[:300],
        "file_row": row.get("_row"),
        "counts_on": periods.counting_day(day, first_open),
    }


@transaction.atomic
def enter_table(
    *, name: str, rows: Sequence[Mapping[str, Any]], by: Actor, at: datetime
) -> RateTable:
    """Enter a dated table under a name, as the next number of it; the same rows change nothing.

    Rows are as docs/deals.md, "Tables", says. Raises TableInvalid with the row.
    """
    check_tables({name: rows}, {})
    content = [dict(row) for row in rows]
    sha256 = digest({"rows": content})
    last = RateTable.objects.filter(name=name).order_by("-number").first()
    if last is not None and last.sha256 == sha256:
        return last
    table = RateTable(
        name=name,
        number=(last.number if last else 0) + 1,
        rows=content,
        sha256=sha256,
        entered_at=at,
        entered_by=by.actor_id,
    )
    table.save(force_insert=True)
    events.record(
        "royalties.table.entered",
        subject=table,
        actor=by,
        at=at,
        after={"name": name, "number": table.number, "sha256": sha256},
    )
    return table


@transaction.atomic
def enter_rates(
    *, source: str, pivot: str, rows: Sequence[Mapping[str, Any]], by: Actor, at: datetime
) -> Counted:
    """Enter exchange rates of a source: rows with currency, on and rate (units for one of pivot).

    A rate that differs from the one known supersedes it; posted runs keep what was known when they
    were calculated. Raises BadRates with the row, and where the source has another pivot.
    """
    periods.hold_open()
    begun = Run.objects.aggregate(at=Max("begun_at"))["at"]
    if begun is not None and at <= begun:
        at = begun + timedelta(microseconds=1)  # what a run has read stays what was known then
    other = FxRate.objects.filter(source=source).exclude(pivot=pivot).first()
    if other is not None:
        raise BadRates(f"{source} quotes against {other.pivot}, not {pivot}.", source=source)
    wanted = _rates(rows, pivot)
    known = {
        (row.currency, row.on): row
        for row in FxRate.objects.filter(
            source=source, superseded_at=None, on__in={on for _, on in wanted}
        )
    }
    fresh = {key: rate for key, rate in wanted.items() if not _same(known.get(key), rate)}
    old = [known[key].pk for key in fresh if key in known]
    FxRate.objects.filter(pk__in=old).update(superseded_at=at)
    if fresh:
        ids = [uuid7() for _ in fresh]
        bulk.insert(
            FxRate,
            {
                "id": ids,
                "source": [source] * len(fresh),
                "pivot": [pivot] * len(fresh),
                "currency": [currency for currency, _ in fresh],
                "on": [on for _, on in fresh],
                "rate": list(fresh.values()),
                "recorded_at": [at] * len(fresh),
            },
        )
        events.record(
            "royalties.rates.entered",
            subject=("royalties.fxrate", ids[0]),
            actor=by,
            at=at,
            after={"source": source, "new": len(fresh), "superseded": len(old)},
        )
    return Counted(len(fresh), len(wanted) - len(fresh))


def _same(known: FxRate | None, rate: Decimal) -> bool:
    return known is not None and known.rate == rate


def _rates(rows: Sequence[Mapping[str, Any]], pivot: str) -> dict[tuple[str, date], Decimal]:
    found: dict[tuple[str, date], Decimal] = {}
    for number, row in enumerate(rows, 1):
        at = row.get("_row", number)
        try:
            minor_units(row["currency"])
            day, rate = date.fromisoformat(row["on"]), parse_decimal(str(row["rate"]))
        except (KeyError, TypeError, ValueError, DomainError) as error:
            raise BadRates(
                f"Row {at} isn't a rate: it needs currency, on (2026-03-31) and rate (1.0812).",
                row=at,
            ) from error
        if rate <= 0 or row["currency"] == pivot:
            raise BadRates(f"Row {at}: a rate is above zero, and not of {pivot} itself.", row=at)
        if found.setdefault((row["currency"], day), rate) != rate:
            raise BadRates(f"Row {at}: {row['currency']} on {day} stands twice.", row=at)
    return found
