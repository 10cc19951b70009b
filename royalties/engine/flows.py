"""From sums to the way of all counters: stage A's groups set in motion, stretch by stretch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from kernel.currencies import minor_units
from royalties.engine.errors import BalanceInvalid
from royalties.engine.flow import (
    TRIGGER,
    Ladder,
    State,
    Stretch,
    Values,
    begins_anew,
    ladder,
    reached,
    trigger_ladder,
)
from royalties.engine.gather import StageA, gather
from royalties.engine.given import Given
from royalties.engine.groups import Groups, own_price
from royalties.engine.terms import Clause, Deal, Rate
from royalties.engine.values import balance

ZERO = Fraction(0)


def contract_year(deal: Deal, given: Given) -> int:
    """Return the calendar year in which the period's contract year begins."""
    return year_of(given.period.start, deal.year_starts)


def year_of(day: date, year_starts: str) -> int:
    """Return the calendar year in which a day's contract year begins."""
    month, first = int(year_starts[:2]), int(year_starts[3:])
    return day.year if (day.month, day.day) >= (month, first) else day.year - 1


# What one clause puts behind one royalty counter, stretch by stretch, adjustments included: what
# its tiers work on, or its money where it has no tiers.
Powers = dict[tuple[str, str], list[Fraction]]


@dataclass
class Flows:
    """The groups of every clause and the stretches that they went through."""

    stage: StageA
    groups: dict[str, Groups]
    stretches: list[Stretch]
    latched: list[set[str]]
    reached: set[str]
    openings: list[Values]

    @property
    def closing(self) -> Values:
        """Every counter's value at the period's close."""
        return self.stretches[-1].closing

    @property
    def opening(self) -> Values:
        """Every counter's value after the period's costs, at its first moment."""
        return self.stretches[0].opening

    def share_reached(self, trigger: str, stretch: int) -> Fraction:
        """Return the part of a stretch in which a prospective trigger stood reached."""
        if trigger in self.latched[stretch]:
            return Fraction(1)
        key = TRIGGER + trigger
        return sum((n for n, state in self.stretches[stretch].segments if state[key]), ZERO)


def set_in_motion(stage: StageA, opening: Mapping[str, Any]) -> Flows:
    """Run all stretches; ``opening`` is the opening balances."""
    deal = stage.given.deal
    values = opening_values(stage.given, opening)
    latched = {
        name
        for name, is_reached in opening.get("triggers", {}).items()
        if is_reached and name in deal.triggers and deal.triggers[name].latch
    }
    openings = _openings(stage, values)
    groups = {
        clause.id: gather(stage, clause, openings) if clause.takes_lines else Groups()
        for clause in deal.clauses
    }
    flows = Flows(stage, groups, [], [], set(), openings)
    ladders = [
        ladder(clause.id, clause.rate.counter, clause.rate.steps)
        for clause in deal.clauses
        if clause.rate.kind == "tiers" and clause.rate.per == "marginal"
    ]
    powers = _powers(stage, groups)
    for number in range(stage.stretches):
        waiting = [
            trigger_ladder(trigger)
            for trigger in deal.triggers.values()
            if trigger.acts == "prospective" and trigger.name not in latched
        ]
        stretch = _stretch(stage, powers, number, values, latched, [*ladders, *waiting]).run()
        flows.stretches.append(stretch)
        flows.latched.append(set(latched))
        values = stretch.closing
        now = {t.name for t in deal.triggers.values() if reached(t, values)} | latched
        latched = {name for name in now if deal.triggers[name].latch}
        flows.reached = now
    return flows


def opening_values(given: Given, opening: Mapping[str, Any]) -> Values:
    """Return every counter after the period's costs, which stand from its first moment."""
    deal, year = given.deal, contract_year(given.deal, given)
    unit = Fraction(10 ** minor_units(deal.currency))
    values = {}
    for name, counter in deal.counters.items():
        old = opening.get("counters", {}).get(name)
        try:
            fresh = old is None or begins_anew(counter, old.get("year"), year)
            value = counter.opening if fresh else balance(old["value"])
        except (KeyError, AttributeError, TypeError) as error:
            raise BalanceInvalid(
                f'The opening balance of counter {name} must look like {{"value": "0"}}.',
                path=f"counters.{name}",
            ) from error
        if counter.measure == "costs":
            value += given.costs_of(counter.of) / unit
        values[name] = value - given.costs_of(counter.less) / unit
    return values


def _openings(stage: StageA, values: Values) -> list[Values]:
    """Return where the counters that follow no rate stand as each stretch opens."""
    openings, at = [], dict(values)
    for number in range(stage.stretches):
        openings.append(dict(at))
        for name, moved in stage.straight[number].items():
            at[name] += moved
    return openings


def _stretch(
    stage: StageA,
    powers: Powers,
    number: int,
    opening: Values,
    latched: set[str],
    ladders: list[Ladder],
) -> Stretch:
    deal = stage.given.deal
    frozen = frozenset(latched)

    def speeds(state: State) -> Values:
        found: Values = {}
        for name, counter in deal.counters.items():
            if counter.measure != "royalty":
                found[name] = stage.straight[number][name]
                continue
            found[name] = sum(
                (
                    _earning(deal.clause(of), powers[of, name][number], state, frozen)
                    for of in counter.of
                ),
                ZERO,
            )
        return found

    return Stretch(ladders, dict(opening), speeds)


def _earning(clause: Clause, power: Fraction, state: State, latched: frozenset[str]) -> Fraction:
    if clause.when and clause.when not in latched and not state[TRIGGER + clause.when]:
        return ZERO
    if clause.rate.kind == "tiers":
        return clause.rate.steps[state[clause.id]].rate * power
    return power


def _powers(stage: StageA, groups: Mapping[str, Groups]) -> Powers:
    deal, found = stage.given.deal, Powers()
    for bit, (name, counter) in enumerate(deal.counters.items()):
        for of in counter.of if counter.measure == "royalty" else ():
            found[of, name] = _power(deal.clause(of).rate, groups[of], bit, stage.stretches)
    return found


def _power(rate: Rate, mine: Groups, bit: int, stretches: int) -> list[Fraction]:
    if not len(mine):
        return [ZERO] * stretches
    of = rate.of_units, Fraction(1)
    money = mine.money((lambda *_: of) if rate.kind == "tiers" else own_price)
    counted = np.flatnonzero(mine.marks[bit])
    return money.take(counted).sums(mine.stretch[counted], stretches).list()
