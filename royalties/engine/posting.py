"""Money enters accounts: rounded once, divided by largest remainder, brought to statement rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from kernel.currencies import minor_units
from kernel.money import apportion, round_minor
from royalties.engine import results
from royalties.engine.columns import Array, Col, Ratios, Sums, divide
from royalties.engine.earnings import Earned, Rows
from royalties.engine.errors import SharesMissing
from royalties.engine.given import Given, Row
from royalties.engine.groups import PLACE
from royalties.engine.rated import Rated
from royalties.engine.tables import in_force
from royalties.engine.terms import Split
from royalties.engine.values import money, number, text
from royalties.engine.words import Words, distinct

POT = "pot:"
KEYS = (*PLACE, "kind")


@dataclass
class Posted:
    """One clause's posted money: by receiver (a payee, or ``pot:name``), and by statement row."""

    total: int
    exact: Fraction
    receivers: dict[str, int] = field(default_factory=dict)
    cells: dict[str, pa.Table] = field(default_factory=dict)
    by_work: dict[str, int] = field(default_factory=dict)
    kept: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """One receiver's exact money and units, by statement row; ``kept``: money by reserve."""

    total: Fraction
    money: Col | Ratios
    units: Col
    kept: tuple[Fraction, ...] = ()

    @classmethod
    def summed(cls, money: Rated, units: Col, cell: Array, count: int) -> "_Part":
        """Return the sums of rows by the number of their statement row."""
        sold = Sums(count)
        sold.add(cell, units)
        return cls(money.total(), money.sums(cell, count), sold.col())


def post(earned: Earned, given: Given) -> Posted:
    """Round a clause's exact earnings into its accounts and divide them to statement rows."""
    currency = given.deal.currency
    scale = 10 ** minor_units(currency)
    rows = Rows.joined(earned.blocks)
    first, cell = distinct([words.codes for words in rows.keys])
    keys = [words.take(first).used() for words in rows.keys]
    named = {name: results.column(words) for name, words in zip(KEYS, keys, strict=True)}
    parts = _parts(earned, rows, cell, len(first), given)
    exacts = [part.total for part in parts.values()]
    exact = sum(exacts, Fraction())
    posted = Posted(round_minor(exact, currency), exact)
    divided = apportion(posted.total, [each * scale for each in exacts])
    for (receiver, part), units in zip(parts.items(), divided, strict=True):
        posted.receivers[receiver] = units
        if part.kept:
            names = [each.id for each in given.deal.accounts[receiver].reserves]
            kept = apportion(units, [each * scale for each in part.kept])
            posted.kept[receiver] = dict(zip(names, kept[:-1], strict=False))
        amounts = divide(units, part.money.scaled(scale))
        if earned.works is not None:
            _add_by_work(posted.by_work, keys[0], amounts)
        if not receiver.startswith(POT):
            same = {"payee": receiver, "clause": earned.clause.id, "currency": currency}
            posted.cells[receiver] = results.table(named, same, part.units, amounts)
    return posted


def _add_by_work(by_work: dict[str, int], works: Words, amounts: Col) -> None:
    for work, amount in zip(works.texts(), amounts.num.tolist(), strict=True):
        by_work[work or ""] = by_work.get(work or "", 0) + amount


def _parts(
    earned: Earned, rows: Rows, cell: Array, count: int, given: Given
) -> Mapping[str, _Part]:
    kind, name = earned.clause.to
    shares: Sequence[tuple[str, Fraction]] = [(POT + name if kind == "pot" else name, Fraction(1))]
    if kind == "split":
        split = given.deal.splits[name]
        if split.kind == "shares":
            return _by_table(split, rows, cell, count, given)
        shares = split.weights
    whole = _Part.summed(rows.money, rows.units, cell, count)
    kept = {payee: _kept(rows.money, codes) for payee, codes in rows.kept.items()}
    return {
        receiver: _Part(
            whole.total * share,
            whole.money.scaled(share),
            whole.units,
            tuple(each * share for each in kept.get(receiver, ())),
        )
        for receiver, share in shares
    }


def _kept(money: Rated, codes: Array) -> tuple[Fraction, ...]:
    """Return the exact money that each reserve takes, in their order, and last what none does."""
    rest, *taken = money.sums(codes, int(codes.max(initial=0)) + 1).list()
    return (*taken, rest)


def _by_table(
    split: Split, rows: Rows, cell: Array, count: int, given: Given
) -> Mapping[str, _Part]:
    """Divide each row by its work's shares on the day of its lines."""
    listed: dict[str | None, list[Row]] = {}
    for row in given.table(split.table):
        listed.setdefault(row.get("work"), []).append(row)
    first, number = distinct([rows.keys[0].codes, rows.days])
    works = rows.keys[0].take(first).texts()
    found: dict[str, list[tuple[int, Fraction]]] = {payee: [] for payee in given.deal.payees}
    for at, (work, code) in enumerate(zip(works, rows.days[first].tolist(), strict=True)):
        day = given.days[code] if code >= 0 else given.last_day
        for receiver, share in _shares(split, listed.get(work, []), work, day, given).items():
            found[receiver].append((at, share))
    parts = {}
    for receiver, shares in found.items():
        place = np.full(len(first), -1, dtype=np.int64)
        place[[at for at, _ in shares]] = range(len(shares))
        mine = np.flatnonzero(place[number] >= 0)
        exact = rows.money.take(mine).times([each for _, each in shares], place[number[mine]])
        part = _Part.summed(exact, rows.units.take(mine), cell[mine], count)
        codes = rows.kept.get(receiver)
        parts[receiver] = part if codes is None else replace(part, kept=_kept(exact, codes[mine]))
    return parts


def _shares(
    split: Split, rows: Sequence[Row], work: str | None, day: date, given: Given
) -> dict[str, Fraction]:
    """Return the shares of a work on a day, from the rows of the table that name it."""
    listed = [
        (each["payee"], number(each["parts"]))
        for each in rows
        if in_force(each, day) and (not split.controlled or each.get("controlled") == "yes")
    ]
    total = sum((parts for _, parts in listed), Fraction())
    if not total:
        listed, total = [("", Fraction(1))], Fraction(1)
    found: dict[str, Fraction] = {}
    for payee, parts in listed:
        receiver = payee if payee in given.deal.payees else split.otherwise
        if receiver is None:
            raise SharesMissing(
                f"The table {split.table} has no payee of this deal for work {work} on "
                f"{day}. Add the share, or name who takes it with `else`.",
                work=work,
            )
        found[receiver] = found.get(receiver, Fraction()) + parts / total
    return found


def memory(earned: Earned, posted: Posted, year: int, currency: str) -> dict[str, Any] | None:
    """Return what the clause's closing balance keeps, or None."""
    if earned.once:
        return {"once": True}
    if earned.members is not None:
        paid = round_minor(earned.paid, currency) + posted.total
        members = [text(value) for value in earned.members]
        return {"year": year, "members": members, "earned": money(paid, currency)}
    if earned.works is None:
        return None
    works = {}
    for work, (base, paid_before) in earned.works.items():
        paid = round_minor(paid_before, currency) + posted.by_work.get(work, 0)
        works[work] = {"base": text(base), "earned": money(paid, currency)}
    return {"year": year, "works": works}
