"""Questions about statements: with names joined, summed by any column, down to file and row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from catalog.selectors import works
from holders.selectors import holders
from holders.selectors.holders import HolderLine
from kernel.errors import DomainError
from royalties.engine import results
from royalties.engine.values import money, text
from royalties.linestore import cells as stored
from royalties.models import Deal, DealPayee, RunResult, Statement
from territories.selectors import places

BREAKDOWNS = ("work", "source", "territory", "channel")


class NoStatement(DomainError):
    """There is no such statement."""

    code = "no_statement"
    status = 404


class SeveralStatements(DomainError):
    """What was asked for is more than one statement."""

    code = "several_statements"
    status = 409


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way from what was carried to what is paid; ``amount`` is signed text."""

    name: str
    label: str
    amount: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One deal's part: its title, its steps and what they are made of."""

    deal: str
    title: str
    version: int
    period: str
    result: UUID
    payee: str
    steps: tuple[Step, ...]
    earned: dict[str, str]
    recouped: dict[str, str]
    advances: dict[str, str]
    unrecouped: dict[str, str]
    reserves: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as people read it; amounts are text in ``currency``."""

    id: UUID
    number: str
    holder: HolderLine
    currency: str
    period: str
    issued_at: Any
    sha256: str
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]

    @property
    def payable(self) -> str:
        """What is paid out."""
        return self.steps[-1].amount


@dataclass(frozen=True, slots=True)
class Group:
    """What one work, source, territory or channel came to."""

    key: str
    label: str
    units: str
    amount: str


# How each sum of a statement is called, and whether it counts against the payee.
_STEPS = (
    ("carried_in", "Carried from the last period", 1, False),
    ("earned", "Earned", 1, False),
    ("cap", "Cut by the cap", 1, False),
    ("floor", "Raised to the floor", 1, False),
    ("reserve_withheld", "Reserve withheld", -1, False),
    ("reserve_released", "Reserve released", 1, False),
    ("recouped", "Recouped", -1, False),
    ("guarantee", "Guarantee", 1, False),
    ("carried_out", "Carried to the next period", -1, False),
    ("due", "Due", 1, True),
    ("held_in", "Held from earlier periods", 1, False),
    ("held_out", "Held for the next payment", -1, False),
    ("payable", "Payable", 1, True),
)
STEP_LABELS = {name: label for name, label, _, _ in _STEPS}


def by_id(statement_id: UUID) -> Statement:
    """Return a statement; raise NoStatement."""
    found = Statement.objects.select_related("run").filter(pk=statement_id).first()
    if found is None:
        raise NoStatement("There is no such statement. It may be another organisation's.")
    return found


def find(payee: str, period: str, currency: str = "") -> list[Statement]:
    """Return the statements of a holder (id, code or a deal's payee) for a period, by currency.

    Raises NoStatement where there is none.
    """
    rows = Statement.objects.select_related("run").filter(period=period)
    holders = _holders(payee)
    rows = rows.filter(holder__in=holders)
    if currency:
        rows = rows.filter(currency=currency)
    found = list(rows.order_by("currency", "number"))
    if not found:
        raise NoStatement(
            f"There is no statement of {period} for {payee!r}. Post the run of the period first, "
            "or see manage.py run_royalties for its payees.",
            payee=payee,
            period=period,
        )
    return found


def one(payee: str, period: str, currency: str = "") -> Statement:
    """Return the only statement that ``find`` finds. Raises NoStatement or SeveralStatements."""
    found = find(payee, period, currency)
    if len(found) == 1:
        return found[0]
    labels = holders.lines({each.holder_id for each in found})
    choices = [
        {
            "statement": each.number,
            "payee": labels[each.holder_id].reference,
            "name": labels[each.holder_id].name,
            "currency": each.currency,
        }
        for each in found
    ]
    if len(labels) > 1:
        told = ", ".join(f"{each.reference} ({each.name})" for each in labels.values())
        how = f"Several deals have a payee {payee!r}. Name the holder with --payee: {told}."
    else:
        told = ", ".join(each.currency for each in found)
        how = f"Choose its currency with --currency: {told}."
    raise SeveralStatements(
        f"There are {len(found)} statements of {period} for {payee!r}. {how}", statements=choices
    )


def _holders(payee: str) -> set[UUID]:
    one = holders.by_reference(payee)
    if one is not None:
        return {one}
    return set(DealPayee.objects.filter(payee=payee).values_list("holder_id", flat=True))


def shown(statement: Statement) -> Shown:
    """Return a statement with its names, in three queries."""
    content = statement.content
    titles = dict(
        Deal.objects.filter(code__in={part["deal"] for part in content["deals"]}).values_list(
            "code", "title"
        )
    )
    return Shown(
        statement.pk,
        statement.number,
        holders.lines([statement.holder_id])[statement.holder_id],
        statement.currency,
        statement.period,
        statement.issued_at,
        statement.sha256,
        steps_of(content["sums"]),
        tuple(
            Part(
                part["deal"],
                titles[part["deal"]],
                part["version"],
                part["period"],
                UUID(part["result"]),
                part["payee"],
                steps_of(part["sums"]),
                part["earned"],
                part["recouped"],
                part["advances"],
                part["unrecouped"],
                part.get("reserves", {}),
            )
            for part in content["deals"]
        ),
    )


def steps_of(sums: dict[str, str]) -> tuple[Step, ...]:
    """Return the steps that have a figure, and always where it begins, what was earned, the totals.

    Each total is the sum of the steps before it.
    """
    found = []
    for name, label, sign, total in _STEPS:
        amount = Decimal(sums.get(name, "0")) * sign
        if amount or total or name in ("carried_in", "earned"):
            found.append(Step(name, label, f"{amount:f}", total))
    return tuple(found)


def cells(statement: Statement) -> pa.Table:
    """Return a statement's rows with their ``deal`` and ``result``: one query."""
    return cells_of([statement])[statement.pk]


def cells_of(listed: Sequence[Statement]) -> dict[UUID, pa.Table]:
    """Return the rows of each statement, as ``cells`` does: one query for all."""
    parts = {
        each.pk: {UUID(part["result"]): part for part in each.content["deals"]} for each in listed
    }
    asked = {result for own in parts.values() for result in own}
    kept = dict(RunResult.objects.filter(pk__in=asked).values_list("pk", "cells"))
    none = _marked(results.SCHEMA.empty_table(), "", "")
    return {
        pk: pa.concat_tables(
            [none, *(_of_payee(kept[result], result, part) for result, part in own.items())]
        ).unify_dictionaries()
        for pk, own in parts.items()
    }


def _of_payee(data: bytes | memoryview, pk: UUID, part: Mapping[str, Any]) -> pa.Table:
    whole = stored.unpacked(data)
    mine = whole.filter(pc.equal(whole.column("payee").cast(pa.string()), part["payee"]))
    return _marked(mine, part["deal"], str(pk))


def _marked(rows: pa.Table, deal: str, result: str) -> pa.Table:
    for name, value in (("deal", deal), ("result", result)):
        rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
    return rows


def rows(statement: Statement) -> Iterator[dict[str, Any]]:
    """Yield the statement's rows, by deal: deal, clause, kind, work, territory, …, amount."""
    for part in statement.content["deals"]:
        data = RunResult.objects.filter(pk=part["result"]).values_list("cells", flat=True).get()
        for row in results.rows(stored.unpacked(data)):
            if row["payee"] == part["payee"]:
                yield {"deal": part["deal"], "result": part["result"], **row}


def breakdown(statement: Statement, by: str, table: pa.Table | None = None) -> list[Group]:
    """Return what was earned by work, source, territory or channel, the largest amount first.

    ``table`` is ``cells(statement)`` where the caller has it already.
    """
    table = cells(statement) if table is None else table
    plain = pa.table(
        {
            "key": pc.fill_null(pc.cast(table.column(by), pa.string()), ""),
            "units": table.column("units"),
            "amount": table.column("amount"),
        }
    )
    sums = plain.group_by("key").aggregate([("units", "sum"), ("amount", "sum")])
    listed = sorted(sums.to_pylist(), key=lambda row: (-row["amount_sum"], row["key"]))
    labels = _labels(by, [row["key"] for row in listed])
    return [
        Group(
            row["key"],
            labels.get(row["key"], row["key"]),
            text(Fraction(row["units_sum"])),
            money(row["amount_sum"], statement.currency),
        )
        for row in listed
    ]


def _labels(by: str, keys: Sequence[str]) -> dict[str, str]:
    if by == "work":
        return {**told_apart(works.named(keys)), "": "No single work"}
    if by == "territory":
        return {**places.names(keys), "": "No territory"}
    return {"": f"No {by}"}


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Return titles by code; those that several codes share have the code after them."""
    shared = Counter(titles.values())
    return {
        code: f"{title} ({code})" if shared[title] > 1 else title for code, title in titles.items()
    }
