"""What each clause earns: exact rows at statement grain, and what the clause has to remember."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from royalties.engine.flow import ladder
from royalties.engine.flows import ZERO, Flows, contract_year, money_of
from royalties.engine.gather import Group
from royalties.engine.terms import Clause, Trigger
from royalties.engine.values import balance

Place = tuple[str | None, ...]
NOWHERE: Place = (None,) * 5


@dataclass(frozen=True)
class Earning:
    """Exact money of one clause at one place; ``units`` are those of its lines."""

    kind: str
    place: Place
    money: Fraction
    units: Fraction = ZERO
    day: date | None = None


@dataclass
class Earned:
    """All that one clause earned in the period."""

    clause: Clause
    rows: list[Earning] = field(default_factory=list)
    excess: Fraction = ZERO
    works: dict[str, list[Fraction]] | None = None
    members: list[Fraction] | None = None
    paid: Fraction = ZERO
    once: bool = False
    rate: Fraction | None = None
    winner: int = 0

    @property
    def total(self) -> Fraction:
        """The exact sum of all rows."""
        return sum((row.money for row in self.rows), ZERO)


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
        each = means(earned, flows)
        for group in flows.groups[clause.id]:
            earned.rows += _as_it_flows(clause, group, each)
    for group in flows.groups[clause.id]:
        price = group.prices[0] if group.prices else None
        if price is not None and price.excess:
            earned.excess += price.excess * group.units
    return earned


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


def _as_it_flows(clause: Clause, group: Group, each: Sequence[Fraction]) -> Iterator[Earning]:
    rate, mean = clause.rate, each[group.stretch]
    if rate.kind == "tiers":
        money = (group.units if rate.of_units else group.base) * (mean * group.factor)
        yield Earning("sales", group.place, money, group.units, group.day)
        return
    for place, money in _at_price(group):
        yield Earning("sales", place, money * mean, group.units, group.day)


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


def _at_price(group: Group) -> Iterator[tuple[Place, Fraction]]:
    """Yield the places and the money of a group at its own price, adjustments included."""
    price = group.prices[0]
    assert price is not None
    if price.songs:
        for song, each in price.songs:
            yield (song, *group.place[1:]), group.units * each * group.factor
    else:
        yield group.place, money_of(price, group.base, group.units) * group.factor


def _fixed(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate = earned.clause.rate
    earned.once = rate.per == "once"
    if rate.per == "work":
        works: dict[str | None, Fraction] = {}
        for group in flows.groups[earned.clause.id]:
            works[group.place[0]] = works.get(group.place[0], ZERO) + group.units
        for work, units in works.items():
            earned.rows.append(Earning("fixed", (work, *NOWHERE[1:]), rate.amount, units))
    elif rate.per == "period" or not old.get("once"):
        earned.rows.append(Earning("fixed", NOWHERE, rate.amount))


def _remembered(old: Mapping[str, Any]) -> dict[str, list[Fraction]]:
    return {
        work: [balance(each["base"]), balance(each["earned"])]
        for work, each in old.get("works", {}).items()
    }


def _retroactive_tiers(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate = earned.clause.rate
    steps = ladder(earned.clause.id, rate.counter, rate.steps)
    earned.rate = reached = rate.steps[steps.step_of(flows.closing[rate.counter])].rate
    earned.works = _remembered(old)
    for work, (base, paid) in earned.works.items():
        money = reached * base - paid
        earned.rows.append(Earning("retroactive", (work or None, *NOWHERE[1:]), money))
    for group in flows.groups[earned.clause.id]:
        measure = (group.units if rate.of_units else group.base) * group.factor
        earned.works.setdefault(group.place[0] or "", [ZERO, ZERO])[0] += measure
        earned.rows.append(Earning("sales", group.place, reached * measure, group.units, group.day))


def _retroactive_trigger(
    earned: Earned, flows: Flows, old: Mapping[str, Any], is_reached: bool
) -> None:
    earned.works = _remembered(old)
    for work, (base, paid) in earned.works.items():
        money = (base if is_reached else ZERO) - paid
        earned.rows.append(Earning("retroactive", (work or None, *NOWHERE[1:]), money))
    for group in flows.groups[earned.clause.id]:
        for place, money in _at_price(group):
            earned.works.setdefault(place[0] or "", [ZERO, ZERO])[0] += money
            now = money if is_reached else ZERO
            earned.rows.append(Earning("sales", place, now, group.units, group.day))


def _best_of_sums(earned: Earned, flows: Flows, old: Mapping[str, Any]) -> None:
    rate, groups = earned.clause.rate, flows.groups[earned.clause.id]
    amounts = [
        [
            money_of(price, group.base, group.units) * group.factor
            for price in group.prices
            if price is not None
        ]
        for group in groups
    ]
    members = range(len(rate.members))
    sums = [sum((each[n] for each in amounts), ZERO) for n in members]
    before = [balance(value) for value in old.get("members", ["0"] * len(sums))]
    totals = [a + b for a, b in zip(before, sums, strict=True)] if rate.per == "year" else sums
    earned.winner = winner = totals.index(min(totals) if rate.lesser else max(totals))
    earned.rows = [
        Earning("sales", group.place, each[winner], group.units, group.day)
        for group, each in zip(groups, amounts, strict=True)
    ]
    if rate.per == "year":
        earned.members, earned.paid = totals, balance(old.get("earned", "0"))
        earned.rows.append(Earning("year", NOWHERE, before[winner] - earned.paid))
