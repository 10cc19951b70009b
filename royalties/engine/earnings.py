"""What each clause earns: exact rows at statement grain, and what the clause has to remember."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from royalties.engine.columns import Array, Col
from royalties.engine.flow import ladder
from royalties.engine.flows import ZERO, Flows, contract_year
from royalties.engine.groups import PLACE, Groups, own_price
from royalties.engine.rated import Rated
from royalties.engine.tables import Price
from royalties.engine.terms import Clause, Trigger
from royalties.engine.values import balance
from royalties.engine.words import Words, distinct


@dataclass(frozen=True)
class Rows:
    """Exact money of one clause: one row for each place, kind and whatever else divides it.

    ``keys`` are the place and the kind; ``units`` those of the lines behind a row, and ``days`` the
    number of their day among the period's (-1: the last day); ``kept`` the number of each payee's
    reserve that takes a row.
    """

    keys: tuple[Words, ...]
    money: Rated
    units: Col
    days: Array
    kept: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def sales(cls, groups: Groups, money: Rated) -> "Rows":
        """Return the money of groups of lines."""
        kind = Words.constant("sales", len(groups))
        return cls((*groups.place, kind), money, groups.units, groups.days, groups.kept)

    @classmethod
    def at_works(
        cls, kind: str, works: Sequence[str | None], money: Sequence[Fraction], units: Col
    ) -> "Rows":
        """Return money that has no place but a work, or none."""
        nowhere = [Words.constant(None, len(works))] * (len(PLACE) - 1)
        keys = (Words.of(works), *nowhere, Words.constant(kind, len(works)))
        days = np.full(len(works), -1, dtype=np.int64)
        return cls(keys, Rated.listed(money), units, days)

    @classmethod
    def joined(cls, blocks: "Sequence[Rows]") -> "Rows":
        """Return blocks of rows one below the other."""
        if len(blocks) == 1:
            return blocks[0]
        empty = cls.at_works("", [], [], Col.zeros(0))
        blocks = [empty, *blocks]
        return cls(
            tuple(Words.joined(each) for each in zip(*(b.keys for b in blocks), strict=True)),
            Rated.joined([each.money for each in blocks]),
            Col.joined([each.units for each in blocks]),
            np.concatenate([each.days for each in blocks]),
            {payee: _column(blocks, payee) for each in blocks for payee in each.kept},
        )


def _column(blocks: Sequence[Rows], payee: str) -> Array:
    """Return by which reserve of a payee each row is taken; rows without lines by none."""
    none = (np.zeros(len(each.days), dtype=np.int8) for each in blocks)
    return np.concatenate(
        [each.kept.get(payee, zeros) for each, zeros in zip(blocks, none, strict=True)]
    )


@dataclass
class Earned:
    """All that one clause earned in the period."""

    clause: Clause
    blocks: list[Rows] = field(default_factory=list)
    excess: Fraction = ZERO
    works: dict[str, list[Fraction]] | None = None
    members: list[Fraction] | None = None
    paid: Fraction = ZERO
    once: bool = False
    rate: Fraction | None = None
    winner: int = 0


def earn(clause: Clause, flows: Flows, memory: Mapping[str, Any]) -> Earned:
    """Return what a clause earns; ``memory`` is its part of the opening balances."""
    deal = flows.stage.given.deal
    trigger = deal.triggers[clause.when] if clause.when else None
    old = _still_valid(clause, trigger, flows, memory)
    earned = Earned(clause)
    rate = clause.rate
    if rate.kind == "fixed":
        _fixed(earned, flows, old)
    elif rate.kind == "tiers" and rate.per == "retroactive":
        _retroactive_tiers(earned, flows, old)
    elif trigger is not None and trigger.acts == "retroactive":
        _retroactive_trigger(earned, flows, old, trigger.name in flows.reached)
    elif rate.kind == "best" and rate.per != "line":
        _best_of_sums(earned, flows, old)
    else:
        earned.blocks.append(_as_it_flows(clause, flows.groups[clause.id], means(earned, flows)))
    if rate.cap is not None:
        earned.excess = _excess(flows.groups[clause.id])
    return earned


def _excess(groups: Groups) -> Fraction:
    """Return what the caps of products cut off."""
    prices = (listed[0] if listed else None for listed in groups.prices)
    each = Col.fractions([price.excess if price is not None else ZERO for price in prices])
    return groups.units.times(each.take(groups.price_codes)).total()


def _still_valid(
    clause: Clause, trigger: Trigger | None, flows: Flows, memory: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the memory, or none where its counter or year began anew."""
    deal, rate = flows.stage.given.deal, clause.rate
    over = "life"
    if rate.kind == "tiers" and rate.per == "retroactive":
        over = deal.counters[rate.counter].over
    elif trigger is not None and trigger.acts == "retroactive":
        over = deal.counters[trigger.counter].over
    elif rate.kind == "best" and rate.per == "year":
        over = "year"
    same_year = memory.get("year") == contract_year(deal, flows.stage.given)
    return memory if over == "life" or (over == "year" and same_year) else {}


def means(earned: Earned, flows: Flows) -> list[Fraction]:
    """Return each stretch's mean rate of tiers; for other rates the part in which they earn."""
    clause, count = earned.clause, len(flows.stretches)
    if clause.rate.kind == "tiers":
        if clause.rate.per == "retroactive":
            return [earned.rate or ZERO] * count
        return [mean_of(clause, number, flows) for number in range(count)]
    if clause.when is None:
        return [Fraction(1)] * count
    if flows.stage.given.deal.triggers[clause.when].acts == "retroactive":
        return [Fraction(clause.when in flows.reached)] * count
    return [flows.share_reached(clause.when, number) for number in range(count)]


def _as_it_flows(clause: Clause, groups: Groups, each: Sequence[Fraction]) -> Rows:
    def of_price(price: Price | None, stretch: int) -> tuple[bool, Fraction]:
        of_units, rate = own_price(price)
        return of_units, rate * each[stretch]

    rate = clause.rate
    if rate.kind == "tiers":
        return Rows.sales(groups, groups.money(lambda _, stretch: (rate.of_units, each[stretch])))
    groups = groups.by_song()
    return Rows.sales(groups, groups.money(of_price))


def mean_of(clause: Clause, stretch: int, flows: Flows) -> Fraction:
    """Return the mean rate of a marginal or cliff clause over a stretch, its trigger included."""
    rate, way = clause.rate, flows.stretches[stretch]
    share = flows.share_reached(clause.when, stretch) if clause.when else Fraction(1)
    if rate.per == "cliff":
        steps = ladder(clause.id, rate.counter, rate.steps)
        highest = max(way.opening[rate.counter], way.closing[rate.counter])
        return rate.steps[steps.step_of(highest)].rate * share
    latched = clause.when is None or clause.when in flows.latched[stretch]
    return sum(
        (
            length * rate.steps[state[clause.id]].rate
            for length, state in way.segments
            if latched or state[f"trigger:{clause.when}"]
        ),
        ZERO,
    )


def _fixed(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate = earned.clause.rate
    earned.once = rate.per == "once"
    if rate.per == "work":
        groups = flows.groups[earned.clause.id]
        works = _by_work(groups, Rated.plain(groups.units))
        amounts, units = [rate.amount] * len(works), Col.fractions(list(works.values()))
        earned.blocks.append(Rows.at_works("fixed", list(works), amounts, units))
    elif rate.per == "period" or not old.get("once"):
        earned.blocks.append(Rows.at_works("fixed", [None], [rate.amount], Col.zeros(1)))


def _by_work(groups: Groups, values: Rated) -> dict[str | None, Fraction]:
    """Return the sum of some values of each work of groups."""
    first, number = distinct([groups.place[0].codes])
    sums = values.sums(number, len(first)).list()
    return dict(zip(groups.place[0].take(first).texts(), sums, strict=True))


def _earlier(
    earned: Earned, old: Mapping[str, Any], due: Callable[[Fraction], Fraction]
) -> dict[str, list[Fraction]]:
    """Return base and pay by work as remembered; post what each base makes due beyond its pay."""
    earned.works = known = {
        work: [balance(each["base"]), balance(each["earned"])]
        for work, each in old.get("works", {}).items()
    }
    money = [due(base) - paid for base, paid in known.values()]
    works = [work or None for work in known]
    earned.blocks.append(Rows.at_works("retroactive", works, money, Col.zeros(len(works))))
    return known


def _remember(works: dict[str, list[Fraction]], groups: Groups, values: Rated) -> None:
    """Add the period's values to the bases of their works."""
    for work, value in _by_work(groups, values).items():
        works.setdefault(work or "", [ZERO, ZERO])[0] += value


def _retroactive_tiers(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate, groups = earned.clause.rate, flows.groups[earned.clause.id]
    steps = ladder(earned.clause.id, rate.counter, rate.steps)
    earned.rate = reached = rate.steps[steps.step_of(flows.closing[rate.counter])].rate
    works = _earlier(earned, old, lambda base: reached * base)
    measure = groups.money(lambda *_: (rate.of_units, Fraction(1)))
    _remember(works, groups, measure)
    earned.blocks.append(Rows.sales(groups, measure.scaled(reached)))


def _retroactive_trigger(
    earned: Earned, flows: Flows, old: Mapping[str, Any], is_reached: bool
) -> None:
    groups = flows.groups[earned.clause.id].by_song()
    works = _earlier(earned, old, lambda base: base if is_reached else ZERO)
    money = groups.money(own_price)
    _remember(works, groups, money)
    earned.blocks.append(Rows.sales(groups, money.scaled(Fraction(is_reached))))


def _best_of_sums(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate, groups = earned.clause.rate, flows.groups[earned.clause.id]
    amounts = [groups.money(own_price, member) for member in range(len(rate.members))]
    sums = [each.total() for each in amounts]
    before = [balance(value) for value in old.get("members", ["0"] * len(sums))]
    totals = [a + b for a, b in zip(before, sums, strict=True)] if rate.per == "year" else sums
    earned.winner = winner = totals.index(min(totals) if rate.lesser else max(totals))
    earned.blocks = [Rows.sales(groups, amounts[winner])]
    if rate.per == "year":
        earned.members, earned.paid = totals, balance(old.get("earned", "0"))
        change = [before[winner] - earned.paid]
        earned.blocks.append(Rows.at_works("year", [None], change, Col.zeros(1)))
