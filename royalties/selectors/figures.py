"""The rows of a statement behind one of its figures, and how a row is named in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from catalog.selectors import works
from kernel.errors import InvalidValue
from kernel.money import Money
from kernel.numbers import parse_decimal
from royalties.models import Statement
from royalties.selectors import statements, why
from royalties.selectors.why import CELL, Behind, NoFigure
from territories.selectors import places

NARROWS = ("deal", *CELL)
# Figures of a working that are no money.
_NO_MONEY = frozenset({"units", "rate", "counter", "segment", "trigger"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a statement with the names of its work and place; ``key`` is what names it."""

    result: str
    key: dict[str, str]
    work: str
    territory: str
    clause: str
    kind: str
    source: str
    channel: str
    units: Decimal
    amount: Money

    @property
    def from_sales(self) -> bool:
        """Whether lines of this period stand behind it."""
        return self.kind == "sales"


@dataclass(frozen=True, slots=True)
class Node:
    """One figure of a working: money or words, how it came about, and its parts.

    ``clause`` names the clause or step whose rows stand behind it, ``receipt`` the clause whose
    lines went into a pot, where there is one.
    """

    label: str
    money: Money | None
    words: str
    note: str
    clause: str
    receipt: str
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines behind a row, and what they earned exactly, before it was divided and rounded."""

    row: Row
    lines: list[Behind]
    earned: Fraction


def narrowed(rows: pa.Table, asked: Mapping[str, str]) -> pa.Table:
    """Return the rows that have the values asked for; an empty value asks for a missing one."""
    for name in NARROWS:
        if name in asked:
            column, value = rows.column(name).cast(pa.string()), asked[name]
            rows = rows.filter(pc.equal(column, value) if value else pc.is_null(column))
    return rows


def largest(rows: pa.Table, currency: str, *, most: int) -> list[Row]:
    """Return the rows with the most money (sign aside), at most ``most``."""
    order = pc.sort_indices(pc.abs(rows.column("amount")), sort_keys=[("", "descending")])
    chosen = rows.take(order[:most]).to_pylist()
    titles = statements.told_apart(works.named([row["work"] for row in chosen if row["work"]]))
    named = places.names([row["territory"] for row in chosen if row["territory"]])
    return [_row(row, titles, named, currency) for row in chosen]


def _row(
    row: Mapping[str, Any], titles: Mapping[str, str], named: Mapping[str, str], currency: str
) -> Row:
    work, place = row["work"] or "", row["territory"] or ""
    return Row(
        row["result"],
        {name: row[name] or "" for name in CELL},
        titles.get(work, work),
        named.get(place, place),
        row["clause"],
        row["kind"],
        row["source"] or "",
        row["channel"] or "",
        row["units"],
        Money.from_minor(row["amount"], currency),
    )


def total(rows: pa.Table, currency: str) -> Money:
    """Return the money of rows."""
    return Money.from_minor(pc.sum(rows.column("amount")).as_py() or 0, currency)


def lines(statement: Statement, result: UUID, key: Mapping[str, str]) -> Lines:
    """Return the lines behind the row that ``key`` names, calculated again from the same inputs.

    Raises NoFigure where the statement has no such row, NotTheSame where the calculation doesn't
    come to the same.
    """
    whole = narrowed(statements.cells(statement), key)
    mine = whole.filter(pc.equal(whole.column("result"), str(result)))
    if mine.num_rows != 1 or any(name not in key for name in CELL):
        raise NoFigure(f"Statement {statement.number} has no such row. Open it again from there.")
    wanted = {name: key[name] or None for name in CELL}
    [found] = why.lines(statement, result, [wanted])
    [row] = largest(mine, statement.currency, most=1)
    return Lines(row, found, sum((Fraction(line.earned) for line in found), Fraction()))


def working(statement: Statement, result: UUID) -> Node:
    """Return the working of one deal's part of a statement. Raises NoFigure."""
    return tree(why.working(statement, result), statement.currency)


def tree(node: Mapping[str, Any], currency: str) -> Node:
    """Return a working as the engine tells it, for people."""
    money = _money(node, currency)
    children = [*node.get("children", []), *node.get("paid_apart", [])]
    return Node(
        node["label"],
        money,
        "" if money else node["amount"],
        node.get("note", ""),
        node["label"] if node["code"] in ("clause", "step") else "",
        node["label"] if node["code"] == "receipt" else "",
        tuple(tree(child, currency) for child in children),
    )


def _money(node: Mapping[str, Any], currency: str) -> Money | None:
    if node["code"] in _NO_MONEY:
        return None
    try:
        return Money(parse_decimal(node["amount"]), currency)
    except InvalidValue:  # exact figures may have more digits than money does
        return None


def words(asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what rows were asked for as pairs of label and value, for people."""
    names = {
        "work": works.named([asked["work"]]) if asked.get("work") else {},
        "territory": places.names([asked["territory"]]) if asked.get("territory") else {},
    }
    return [
        (name.replace("_", " "), names.get(name, {}).get(value, value or "not given"))
        for name, value in asked.items()
    ]
