"""Which lines a ``where`` chooses, and which clause of each group takes a line."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kernel.errors import DomainError
from royalties.engine.columns import Array, chunks
from royalties.engine.given import Given
from royalties.engine.rated import Rated
from royalties.engine.terms import Clause, Condition, Where
from royalties.engine.values import number
from royalties.engine.words import distinct

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass
class Taken:
    """For each clause the numbers of its lines; and what no clause, or a second one, would take."""

    lines: dict[str, Array] = field(default_factory=dict)
    untaken: dict[str, tuple[int, Fraction]] = field(default_factory=dict)
    overlaps: list[tuple[str, str, str, int, Fraction]] = field(default_factory=list)


def chosen(where: Where, given: Given) -> Array:
    """Return the mask of the lines for which ``where`` holds."""
    mask = np.ones(given.lines.count, dtype=bool)
    for condition in where.conditions:
        mask &= _holds(condition, given)
    for excluded in where.nots:
        mask &= ~chosen(excluded, given)
    return mask


def _holds(condition: Condition, given: Given) -> Array:
    if condition.kind == "territory":
        return _inside(condition, given)
    if condition.name == "sold_on":
        values = [day.isoformat() for day in given.days]
        codes = given.day_codes
    else:
        values, codes = given.lines.text(condition.name)
    known = np.array([*(fits(condition, value) for value in values), False], dtype=bool)
    return np.asarray(known[codes])


def fits(condition: Condition, value: str) -> bool:
    """Return whether a value lies in a condition's list or range."""
    if condition.kind == "list":
        return value in condition.values
    ends = [end for end in (condition.first, condition.last) if end is not None]
    if all(_DATE.match(end) for end in ends):
        first, last = condition.first or value, condition.last or value
        return first <= value <= last
    try:
        found = number(value)
    except DomainError:
        return False
    return (condition.first is None or found >= number(condition.first)) and (
        condition.last is None or found <= number(condition.last)
    )


def _inside(condition: Condition, given: Given) -> Array:
    values, codes = given.lines.text("territory")
    dated = given.deal.as_of is None
    first, number = distinct([codes, given.day_codes] if dated else [codes])
    inside = np.zeros(len(first), dtype=bool)
    for at, line in enumerate(first.tolist()):
        code = int(codes[line])
        if code >= 0:
            on = given.deal.as_of or given.days[int(given.day_codes[line])]
            inside[at] = any(given.matcher(e, on=on)(values[code]) for e in condition.values)
    return np.asarray(inside[number])


def take(given: Given) -> Taken:
    """Give each line, in each group, to the first clause that matches it."""
    found = Taken()
    for group in given.deal.groups:
        clauses = [c for c in given.deal.clauses if c.group == group and c.takes_lines]
        masks = [chosen(clause.where, given) for clause in clauses]
        owner = np.full(given.lines.count, -1, dtype=np.int32)
        for at, mask in enumerate(masks):
            owner[mask & (owner < 0)] = at
        for at, clause in enumerate(clauses):
            found.lines[clause.id] = np.flatnonzero(owner == at)
        loose = np.flatnonzero(owner < 0)
        found.untaken[group] = (len(loose), worth(given, loose))
        found.overlaps += _overlaps(given, group, clauses, masks, owner)
    return found


def _overlaps(
    given: Given, group: str, clauses: list[Clause], masks: list[Array], owner: Array
) -> list[tuple[str, str, str, int, Fraction]]:
    rows = []
    for second, mask in enumerate(masks):
        for first in range(second):
            both = np.flatnonzero(mask & (owner == first))
            if not len(both):
                continue
            names = (clauses[first].id, clauses[second].id)
            rows.append((group, *names, len(both), worth(given, both)))
    return sorted(rows)


def worth(given: Given, index: Array) -> Fraction:
    """Return the exact amount of some lines in the deal's currency (a missing amount is 0)."""
    if not len(index) or not given.lines.has("amount"):
        return Fraction(0)
    col, present = given.lines.number("amount")
    found = Fraction(0)
    for part in chunks(len(index)):
        mine = index[part][present[index[part]]]
        found += Rated(col.take(mine), *given.exchange(mine)).total()
    return found
