"""Stage A: from lines to sums. Everything a line may differ by is a class; classes are summed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

import numpy as np

from royalties.engine.bases import Measured, measure, need_units
from royalties.engine.columns import Array, Col, Sums
from royalties.engine.flow import Values, ladder, mean_rate
from royalties.engine.given import Given
from royalties.engine.lines import CHUNK, where
from royalties.engine.selection import Taken, chosen, take
from royalties.engine.tables import Price, price
from royalties.engine.terms import Clause, Counter, Rate
from royalties.engine.values import rounded

PLACE = ("work", "territory", "channel", "source", "right_type")


@dataclass(frozen=True)
class Group:
    """Lines of one clause that are alike in every respect that matters, summed exactly."""

    place: tuple[str | None, ...]
    day: date | None
    stretch: int
    factor: Fraction
    prices: tuple[Price | None, ...]
    base: Fraction
    units: Fraction
    marks: int


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
        return 1, np.zeros(given.lines.count, dtype=np.int64)
    order = np.array([day.toordinal() for day in given.days], dtype=np.int64)
    keys = np.where(given.undated, np.iinfo(np.int64).max, order[given.day_codes])
    distinct, inverse = np.unique(keys, return_inverse=True)
    return len(distinct), inverse.astype(np.int64)


def _straight(stage: StageA, counter: Counter) -> list[Fraction]:
    """Return how far a counter that follows no rate moves in each stretch."""
    given, sums = stage.given, Sums(stage.stretches)
    if counter.measure == "costs":
        return [Fraction(0)] * stage.stretches
    mask = stage.lines_in(counter)
    if counter.measure == "base":
        for name in counter.of:
            mine = stage.measured[name]
            inside = mask[mine.index]
            if mine.base is not None:
                sums.add(stage.stretch_of[mine.index[inside]], mine.base.take(inside))
        return sums.col().list()
    name = "units" if counter.measure in ("units", "per_unit") else "amount"
    col, present = given.lines.number(name)
    index = np.flatnonzero(mask & present)
    values = col.take(index)
    if name == "amount":
        values = given.converted(values, index)
    sums.add(stage.stretch_of[index], values)
    by = counter.amount if counter.measure in ("per_unit", "percent") else Fraction(1)
    return [value * by for value in sums.col().list()]


def gather(stage: StageA, clause: Clause, opening: Sequence[Values]) -> list[Group]:
    """Sum a clause's lines; ``opening`` has each stretch's counters that follow no rate."""
    mine = stage.measured[clause.id]
    if not len(mine.index):
        return []
    prices, codes = line_prices(stage, clause, mine, opening)
    marks = _marks(stage, clause, mine)
    day_codes = _days_of_shares(stage.given, clause, mine)
    numbers = [_text_codes(stage.given, name, mine.index) for name in PLACE]
    parts = [codes for _, codes in numbers]
    keys = _combined(
        [
            *parts,
            day_codes,
            stage.stretch_of[mine.index],
            mine.factor_codes,
            codes,
            *marks.values(),
        ]
    )
    distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    base = _summed(mine.base, inverse, len(distinct))
    units = _summed(mine.units, inverse, len(distinct))
    found = []
    for at, line in enumerate(first.tolist()):
        place = tuple(
            values[int(each[line])] if int(each[line]) >= 0 else None for values, each in numbers
        )
        found.append(
            Group(
                place,
                stage.given.days[int(day_codes[line])] if int(day_codes[line]) >= 0 else None,
                int(stage.stretch_of[mine.index[line]]),
                mine.factors[int(mine.factor_codes[line])],
                prices[int(codes[line])],
                base.at(at) if base is not None else Fraction(0),
                units.at(at) if units is not None else Fraction(0),
                sum(1 << bit for bit, mask in marks.items() if mask[line]),
            )
        )
    return found


def _days_of_shares(given: Given, clause: Clause, mine: Measured) -> Array:
    """Return each line's day where the clause's money is divided by the shares of that day.

    Elsewhere -1: days that change nothing must not keep lines apart.
    """
    kind, name = clause.to
    if kind == "split" and given.deal.splits[name].kind == "shares":
        return given.day_codes[mine.index]
    return np.full(len(mine.index), -1, dtype=np.int64)


def _text_codes(given: Given, name: str, index: Array) -> tuple[list[str], Array]:
    values, codes = given.lines.text(name)
    return values, codes[index]


def _combined(columns: Sequence[Array]) -> Array:
    """Return one number for each combination of several columns of small numbers."""
    keys = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        low = int(column.min())
        width = int(column.max()) - low + 1
        if width == 1:
            continue
        if size * width >= 1 << 62:
            _, keys = np.unique(keys, return_inverse=True)
            size = int(keys.max()) + 1
        keys = keys * width + (column.astype(np.int64) - low)
        size *= width
    return keys


def _summed(col: Col | None, groups: Array, count: int) -> Col | None:
    if col is None:
        return None
    sums = Sums(count)
    for start in range(0, len(groups), CHUNK):
        part = slice(start, start + CHUNK)
        sums.add(groups[part], Col.of(col.num[part], col.den))
    return sums.col()


def _marks(stage: StageA, clause: Clause, mine: Measured) -> dict[int, Array]:
    """Return which lines each royalty counter counts, by the counter's number in the deal."""
    return {
        bit: stage.lines_in(counter)[mine.index].astype(np.int64)
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
    keys = _combined([codes for _, codes in columns])
    distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
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
        return [Price(rate.kind == "per_unit", amount)], np.zeros(count, dtype=np.int64)
    return [None], np.zeros(count, dtype=np.int64)


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
    columns = [_text_codes(given, name, mine.index)[1] for name in names]
    keys = _combined([*columns, given.day_codes[mine.index]])
    distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    found: dict[Price | None, int] = {}
    classes = np.empty(len(distinct), dtype=np.int64)
    for number, at in enumerate(first.tolist()):
        line = int(mine.index[at])
        attributes = {}
        for name in names:
            values, codes = given.lines.text(name)
            attributes[name] = values[int(codes[line])] if int(codes[line]) >= 0 else None
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
    best, chosen_member = None, np.zeros(len(codes), dtype=np.int64)
    for number in range(len(clause.rate.members)):
        amounts = _amounts(mine, [each[number] for each in classes], codes)
        if best is None:
            best = amounts
            continue
        lesser = clause.rate.lesser
        better = best.magnitude_beats(amounts) if lesser else amounts.magnitude_beats(best)
        chosen_member[better] = number
        best = _merged(best, amounts, better)
    width = len(clause.rate.members)
    distinct, inverse = np.unique(
        codes.astype(np.int64) * width + chosen_member, return_inverse=True
    )
    won = [divmod(int(key), width) for key in distinct.tolist()]
    return [(classes[number][member],) for number, member in won], inverse


def _amounts(mine: Measured, prices: list[Price | None], codes: Array) -> Col:
    of_units = np.array([p is not None and p.of_units for p in prices], dtype=bool)[codes]
    rates = Col.fractions([p.rate if p is not None else Fraction(0) for p in prices]).take(codes)
    if mine.base is None or bool(of_units.all()):
        return mine.units.times(rates)
    if not bool(of_units.any()):
        return mine.base.times(rates)
    return _merged(mine.base.times(rates), mine.units.times(rates), of_units)


def _merged(left: Col, right: Col, choose_right: Array) -> Col:
    """Return ``right`` where chosen, else ``left``, over one denominator."""
    zeros = Col.zeros(len(left))
    common = lcm(left.den, right.den)
    kept, other = (each.plus(Col(zeros.num, common, 0)) for each in (left, right))
    if kept.num.dtype == object or other.num.dtype == object:
        kept_num, other_num = kept.num.astype(object), other.num.astype(object)
        return Col.of(np.where(choose_right, other_num, kept_num), common)
    return Col.of(np.where(choose_right, other.num, kept.num), common)
