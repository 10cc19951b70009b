"""Money enters accounts: rounded once, divided by largest remainder, brought to statement rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from kernel.currencies import minor_units
from kernel.money import apportion_over, round_minor
from royalties.engine.earnings import Earned, Earning
from royalties.engine.errors import SharesMissing
from royalties.engine.gather import PLACE
from royalties.engine.given import Given
from royalties.engine.tables import in_force
from royalties.engine.terms import Split
from royalties.engine.values import money, number, text

POT = "pot:"
Key = tuple[str | None, ...]


@dataclass
class Posted:
    """One clause's posted money: by receiver (a payee, or ``pot:name``), and by statement row."""

    total: int
    exact: Fraction
    receivers: dict[str, int] = field(default_factory=dict)
    cells: list[dict[str, Any]] = field(default_factory=list)
    by_work: dict[str, int] = field(default_factory=dict)


@dataclass
class _Part:
    """One receiver's exact money and units by statement row, as integers over denominators."""

    money: dict[Key, int] = field(default_factory=dict)
    units: dict[Key, int] = field(default_factory=dict)


def post(earned: Earned, given: Given) -> Posted:
    """Round a clause's exact earnings into its accounts and divide them to cells."""
    currency = given.deal.currency
    shares = [_shares(earned, row, given) for row in earned.rows]
    over = lcm(*(row.money.denominator for row in earned.rows))
    split = lcm(*{share.denominator for listed in shares for _, share in listed})
    whole_units = lcm(*(row.units.denominator for row in earned.rows))
    scale = 10 ** minor_units(currency)
    parts = {receiver: _Part() for receiver in _receivers(earned, given)}
    for row, listed in zip(earned.rows, shares, strict=True):
        exact = row.money.numerator * (over // row.money.denominator) * scale
        sold = row.units.numerator * (whole_units // row.units.denominator)
        key = (*row.place, row.kind)
        for receiver, share in listed:
            part = parts[receiver]
            mine = exact * share.numerator * (split // share.denominator)
            part.money[key] = part.money.get(key, 0) + mine
            part.units[key] = part.units.get(key, 0) + sold
    exacts = [sum(part.money.values()) for part in parts.values()]
    exact_total = Fraction(sum(exacts), over * split * scale)
    posted = Posted(round_minor(exact_total, currency), exact_total)
    divided = apportion_over(posted.total, exacts, over * split)
    for (receiver, part), units in zip(parts.items(), divided, strict=True):
        posted.receivers[receiver] = units
        amounts = _divided(part, units, over * split)
        _to_cells(posted, (receiver, earned.clause.id), part, amounts, whole_units, currency)
    return posted


def _receivers(earned: Earned, given: Given) -> list[str]:
    kind, name = earned.clause.to
    if kind == "payee":
        return [name]
    if kind == "pot":
        return [POT + name]
    split = given.deal.splits[name]
    return list(given.deal.payees) if split.kind == "shares" else [p for p, _ in split.weights]


def _shares(earned: Earned, row: Earning, given: Given) -> Sequence[tuple[str, Fraction]]:
    kind, name = earned.clause.to
    if kind != "split":
        return [(name if kind == "payee" else POT + name, Fraction(1))]
    split = given.deal.splits[name]
    return _by_table(split, row, given) if split.kind == "shares" else split.weights


def _by_table(split: Split, row: Earning, given: Given) -> list[tuple[str, Fraction]]:
    """Return the shares of a row's work on the day of its lines."""
    day = row.day or given.last_day
    listed = [
        (each["payee"], number(each["parts"]))
        for each in given.table(split.table)
        if each.get("work") == row.place[0]
        and in_force(each, day)
        and (not split.controlled or each.get("controlled") == "yes")
    ]
    total = sum((parts for _, parts in listed), Fraction())
    if not total:
        listed, total = [("", Fraction(1))], Fraction(1)
    found: dict[str, Fraction] = {}
    for payee, parts in listed:
        receiver = payee if payee in given.deal.payees else split.otherwise
        if receiver is None:
            raise SharesMissing(
                f"The table {split.table} has no payee of this deal for work {row.place[0]} on "
                f"{day}. Add the share, or name who takes it with `else`.",
                work=row.place[0],
            )
        found[receiver] = found.get(receiver, Fraction()) + parts / total
    return list(found.items())


def _divided(part: _Part, units: int, over: int) -> dict[Key, int]:
    """Return a receiver's money by statement row, in the order of the rows' keys."""
    keys = sorted(part.money, key=lambda key: [(each is not None, each or "") for each in key])
    amounts = apportion_over(units, [part.money[key] for key in keys], over) if keys else []
    return dict(zip(keys, amounts, strict=True))


def _to_cells(
    posted: Posted,
    names: tuple[str, str],
    part: _Part,
    amounts: dict[Key, int],
    whole_units: int,
    currency: str,
) -> None:
    receiver, clause = names
    listed = not receiver.startswith(POT)
    for key, amount in amounts.items():
        *place, kind = key
        work = place[0]
        posted.by_work[work or ""] = posted.by_work.get(work or "", 0) + amount
        sold = part.units[key]
        if listed and (amount or sold):
            posted.cells.append(
                {
                    "payee": receiver,
                    "clause": clause,
                    "kind": kind,
                    **dict(zip(PLACE, place, strict=True)),
                    "units": text(Fraction(sold, whole_units)) if whole_units > 1 else str(sold),
                    "amount": money(amount, currency),
                }
            )


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
