"""What a creator sees first: the newest statement of a holder, the ones before, its sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
from django.db.models import Exists, OuterRef, QuerySet

from holders.selectors import holders
from royalties.models import Opening, RunResult, Statement
from royalties.selectors import publishing, statements

PERIODS, LARGEST = 6, 8


@dataclass(frozen=True, slots=True)
class Mine:
    """A holder, in one currency, whose statements a person may see."""

    holder: UUID
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """One source: what it brought in each of the periods shown, None where it brought nothing."""

    name: str
    amounts: tuple[str | None, ...]


def mine(seen: QuerySet[Statement], person: UUID) -> list[Mine]:
    """Return the holders whose portal a person has, by name and currency; two questions."""
    own = holders.portal_of(person)
    pairs = seen.filter(holder__in=own).order_by().values_list("holder", "currency").distinct()
    listed = list(pairs)
    names = holders.lines(own)
    found = [Mine(holder, names[holder].name, currency) for holder, currency in listed]
    without = {holder for holder in own if holder not in {one.holder for one in found}}
    found += [Mine(holder, names[holder].name, "") for holder in without if holder in names]
    return sorted(found, key=lambda one: (one.name, one.currency))


def history(seen: QuerySet[Statement], one: Mine) -> list[Statement]:
    """Return the newest statements of a holder in one currency, the newest first.

    ``opened`` of each says whether its payee has opened it.
    """
    rows = seen.filter(holder=one.holder, currency=one.currency).order_by("-end_day", "-issued_at")
    opened = Exists(Opening.objects.filter(statement=OuterRef("pk")))
    return list(rows.annotate(opened=opened)[:PERIODS])


def newest(seen: QuerySet[Statement], one: Mine) -> Statement | None:
    """Return the newest statement of a holder in one currency."""
    rows = seen.filter(holder=one.holder, currency=one.currency)
    found: Statement | None = rows.order_by("-end_day", "-issued_at").first()
    return found


def paid_on(history: Sequence[Statement]) -> dict[UUID, date]:
    """Return the pay day by statement, of those that have one."""
    return publishing.pay_days(history)


def sources(history: Sequence[Statement], tables: Mapping[UUID, pa.Table]) -> list[SourceSeen]:
    """Return what each source brought by statement, in the order given, the largest first.

    ``tables`` are the statements' rows (``statements.cells_of``).
    """
    by_source: dict[str, list[str | None]] = {}
    labels: dict[str, str] = {}
    for place, statement in enumerate(history):
        for group in statements.breakdown(statement, "source", tables[statement.pk]):
            labels[group.key] = group.label or "Not named"
            row = by_source.setdefault(group.key, [None] * len(history))
            row[place] = group.amount
    found = [SourceSeen(labels[key], tuple(row)) for key, row in by_source.items()]
    return sorted(found, key=lambda one: (-_sum(one), one.name))


def _sum(one: SourceSeen) -> Decimal:
    return sum((Decimal(amount) for amount in one.amounts if amount), Decimal())


def left_to_recoup(statement: Statement) -> Decimal:
    """Return what is left of advances and costs after a statement, all deals together."""
    parts = statement.content["deals"]
    values = (value for part in parts for value in part["unrecouped"].values())
    return sum((Decimal(value) for value in values), Decimal())


def smallest_payments(statement: Statement) -> list[Decimal]:
    """Return the distinct smallest payments of the deals that hold something of a statement."""
    held = {
        part["result"]: part["payee"]
        for part in statement.content["deals"]
        if Decimal(part["sums"].get("held_out", "0")) > 0
    }
    rows = RunResult.objects.filter(pk__in=held).values_list("pk", "version__document__payees")
    found = {
        Decimal(payees[held[str(key)]].get("minimum_payout", "0"))
        for key, payees in rows
        if held[str(key)] in payees
    }
    return sorted(found)
