"""Stage A: from lines to sums. Everything a line may differ by is a class; classes are summed."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from royalties.engine.bases import Measured, measure, need_units
from royalties.engine.columns import Array, Col, Sums
from royalties.engine.flow import Values, ladder, mean_rate
from royalties.engine.given import Given
from royalties.engine.groups import PLACE, Groups
from royalties.engine.lines import where
from royalties.engine.rated import Rated
from royalties.engine.reserves import choices
from royalties.engine.selection import Taken, chosen, take
from royalties.engine.tables import Price, price
from royalties.engine.terms import Clause, Counter, Rate
from royalties.engine.values import rounded
from royalties.engine.words import Alike, distinct


@dataclass
class StageA:
    """The sums of a period."""

    given: Given
    taken: Taken
    measured: dict[str, Measured]
    stretches: int
    straight: list[Values]
    stretch_of: Array

    def lines_in(self, counter: Counter) -> Array:
        """Return the mask of the lines in a counter's ``where``."""
        return chosen(counter.where, self.given)


def begin(given: Given) -> StageA:
    """Choose the lines of every clause, and count what depends on no rate."""
    taken = take(given)
    deal = given.deal
    measured = {
        clause.id: measure(clause, taken.lines[clause.id], given)
        for clause in deal.clauses
        if clause.takes_lines
    }
    count, stretch_of = _stretches(given)
    stage = StageA(given, taken, measured, count, [{} for _ in range(count)], stretch_of)
    for counter in deal.counters.values():
        if counter.measure != "royalty":
            for number, value in enumerate(_straight(stage, counter)):
                stage.straight[number][counter.name] = value
    return stage


def _stretches(given: Given) -> tuple[int, Array]:
    """Return how many stretches the period has (one, or one a day) and each line's."""
    if not given.deal.daily or not given.lines.count:
        return 1, np.zeros(given.lines.count, dtype=np.int32)
    rank = np.argsort(np.argsort([day.toordinal() for day in given.days]))
    first, number = distinct([np.where(given.undated, len(rank), rank[given.day_codes])])
    return len(first), number


def _straight(stage: StageA, counter: Counter) -> list[Fraction]:
    """Return how far a counter that follows no rate moves in each stretch."""
    given = stage.given
    found = [Fraction(0)] * stage.stretches
    mask = stage.lines_in(counter)
    moved = list[tuple[Rated, Array]]()
    if counter.measure == "base":
        for name in counter.of:
            mine = stage.measured[name]
            inside = mask[mine.index]
            if mine.base is not None:
                moved.append((mine.base.take(inside), mine.index[inside]))
    elif counter.measure != "costs":
        name = "units" if counter.measure in ("units", "per_unit") else "amount"
        col, present = given.lines.number(name)
        index = np.flatnonzero(mask & present)
        values = Rated.plain(col.take(index))
        if name == "amount":
            values = Rated(values.measure, *given.exchange(index))
        moved.append((values, index))
    for values, index in moved:
        sums = values.sums(stage.stretch_of[index], stage.stretches).list()
        found = [a + b for a, b in zip(found, sums, strict=True)]
    by = counter.amount if counter.measure in ("per_unit", "percent") else Fraction(1)
    return [value * by for value in found]


def gather(stage: StageA, clause: Clause, opening: Sequence[Values]) -> Groups:
    """Sum a clause's lines; ``opening`` has each stretch's counters that follow no rate."""
    mine = stage.measured[clause.id]
    if not len(mine.index):
        return Groups()
    prices, codes = line_prices(stage, clause, mine, opening)
    marks = _marks(stage, clause, mine)
    days = _days_of_shares(stage.given, clause, mine)
    kept = choices(stage.given, clause)
    alike = Alike(len(mine.index))
    place = [stage.given.lines.text(name) for name in PLACE]
    for column in (
        *(each.codes for each in place),
        stage.stretch_of,
        *marks.values(),
        *kept.values(),
    ):
        alike.add(column, mine.index)
    base = Rated.plain(Col.zeros(len(mine.index))) if mine.base is None else mine.base
    for column in (days, mine.factor_codes, codes, base.codes):
        alike.add(column)
    first, group = alike.found()
    lines = mine.index[first]
    return Groups(
        tuple(each.take(lines) for each in place),
        days[first],
        stage.stretch_of[lines],
        mine.factors,
        mine.factor_codes[first],
        prices,
        codes[first],
        Rated(_summed(base.measure, group, len(first)), base.rates, base.codes[first]),
        _summed(mine.units, group, len(first)),
        {bit: mask[lines] for bit, mask in marks.items()},
        {payee: column[lines] for payee, column in kept.items()},
    )


def _days_of_shares(given: Given, clause: Clause, mine: Measured) -> Array:
    """Return each line's day where the clause's money is divided by the shares of that day.

    Elsewhere -1: days that change nothing must not keep lines apart.
    """
    kind, name = clause.to
    if kind == "split" and given.deal.splits[name].kind == "shares":
        return given.day_codes[mine.index]
    return np.full(len(mine.index), -1, dtype=np.int8)


def _summed(col: Col, groups: Array, count: int) -> Col:
    sums = Sums(count)
    sums.add(groups, col)
    return sums.col()


def _marks(stage: StageA, clause: Clause, mine: Measured) -> dict[int, Array]:
    """Return which lines each royalty counter counts, by the counter's number in the deal."""
    return {
        bit: stage.lines_in(counter)
        for bit, counter in enumerate(stage.given.deal.counters.values())
        if counter.measure == "royalty" and clause.id in counter.of
    }


def line_prices(
    stage: StageA, clause: Clause, mine: Measured, opening: Sequence[Values]
) -> tuple[list[tuple[Price | None, ...]], Array]:
    """Return the classes of prices that the clause's lines have, and each line's class."""
    rate = clause.rate
    members = rate.members or (rate,)
    columns = [_member(stage, clause, each, mine, opening) for each in members]
    first, inverse = distinct([codes for _, codes in columns])
    classes = [tuple(listed[int(codes[at])] for listed, codes in columns) for at in first.tolist()]
    if rate.members and rate.per == "line":
        return _winners(stage, clause, mine, classes, inverse)
    return classes, inverse


def _member(
    stage: StageA, clause: Clause, rate: Rate, mine: Measured, opening: Sequence[Values]
) -> tuple[list[Price | None], Array]:
    given, count = stage.given, len(mine.index)
    if rate.kind in ("per_unit",) or rate.of_units:
        need_units(mine, clause, given)
    if rate.kind == "table":
        return _table_prices(stage, clause, rate, mine)
    if rate.kind == "tiers" and clause.rate.members:
        return _tier_means(stage, rate, opening), stage.stretch_of[mine.index]
    if rate.kind in ("percent", "per_unit"):
        amount = rate.amount
        if rate.rounding is not None:
            scale = 100 if rate.kind == "percent" else 1
            amount = rounded(amount * scale, rate.rounding) / scale
        return [Price(rate.kind == "per_unit", amount)], np.zeros(count, dtype=np.int32)
    return [None], np.zeros(count, dtype=np.int32)


def _tier_means(stage: StageA, rate: Rate, opening: Sequence[Values]) -> list[Price | None]:
    """Return a member ladder's mean rate in each stretch (its counter follows no rate)."""
    steps = ladder(rate.ladder, rate.counter, rate.steps)
    rates = [step.rate for step in rate.steps]
    found: list[Price | None] = []
    for number in range(stage.stretches):
        start = opening[number][rate.counter]
        end = start + stage.straight[number][rate.counter]
        cliff = rates[steps.step_of(max(start, end))]
        mean = cliff if rate.per == "cliff" else mean_rate(steps, rates, start, end)
        found.append(Price(rate.of_units, mean))
    return found


def _table_prices(
    stage: StageA, clause: Clause, rate: Rate, mine: Measured
) -> tuple[list[Price | None], Array]:
    """Look up one price for each distinct combination of what the table may ask for."""
    given = stage.given
    names = ["territory", "right_type", "minutes", "product"]
    names += [f"{rate.date}_date"] if rate.date in ("release", "delivery") else []
    names += [rate.cap.by] if rate.cap else []
    columns = {name: given.lines.text(name) for name in names}
    codes = [words.codes[mine.index] for words in columns.values()]
    first, inverse = distinct([*codes, given.day_codes[mine.index]])
    found: dict[Price | None, int] = {}
    classes = np.empty(len(first), dtype=np.int64)
    for number, at in enumerate(first.tolist()):
        line = int(mine.index[at])
        attributes = {name: words.at(line) for name, words in columns.items()}
        day = given.days[int(given.day_codes[line])]
        each = price(rate, attributes, day, given, where(given.lines, line))
        classes[number] = found.setdefault(each, len(found))
    if any(each is not None and each.of_units for each in found):
        need_units(mine, clause, given)
    return list(found), classes[inverse]


def _winners(
    stage: StageA,
    clause: Clause,
    mine: Measured,
    classes: list[tuple[Price | None, ...]],
    codes: Array,
) -> tuple[list[tuple[Price | None, ...]], Array]:
    """Choose for each line the member with the larger (or lesser) amount, sign aside."""
    best, chosen_member = None, np.zeros(len(codes), dtype=np.int8)
    for number in range(len(clause.rate.members)):
        amounts = _amounts(mine, [each[number] for each in classes], codes)
        if best is None:
            best = amounts
            continue
        lesser = clause.rate.lesser
        better = best.magnitude_beats(amounts) if lesser else amounts.magnitude_beats(best)
        chosen_member[better] = number
        best = best.where(better, amounts)
    first, inverse = distinct([codes, chosen_member])
    won = zip(codes[first].tolist(), chosen_member[first].tolist(), strict=True)
    return [(classes[number][member],) for number, member in won], inverse


def _amounts(mine: Measured, prices: list[Price | None], codes: Array) -> Col:
    of_units = np.array([p is not None and p.of_units for p in prices], dtype=bool)[codes]
    rates = Col.fractions([p.rate if p is not None else Fraction(0) for p in prices]).take(codes)
    base = Col.zeros(len(codes)) if mine.base is None else mine.base.col()
    return base.where(of_units, mine.units).times(rates)
