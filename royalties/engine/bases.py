"""Line by line: the base of a clause after its deductions, the units, the adjustments."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from royalties.engine.columns import Array, Col
from royalties.engine.errors import QuantityMissing, at_row
from royalties.engine.given import Given
from royalties.engine.lines import where
from royalties.engine.rated import Rated
from royalties.engine.selection import chosen
from royalties.engine.terms import Clause


@dataclass
class Measured:
    """The lines of one clause with what its rate works on."""

    index: Array
    base: Rated | None
    units: Col
    has_units: Array
    factors: list[Fraction]
    factor_codes: Array


def measure(clause: Clause, index: Array, given: Given) -> Measured:
    """Return base, units and adjustment factor of the lines at ``index``."""
    units, present = given.lines.number("units")
    factors, codes = _factors(clause, index, given)
    return Measured(
        index, _base(clause, index, given), units.take(index), present[index], factors, codes
    )


def need_units(measured: Measured, clause: Clause, given: Given) -> None:
    """Refuse lines without units, where the clause's rate is for each unit."""
    if not bool(measured.has_units.all()):
        at = int(measured.index[np.flatnonzero(~measured.has_units)[0]])
        raise QuantityMissing(
            f"{where(given.lines, at)} has no units, which {clause.id} needs.",
            **at_row(given.lines.row(at), column="units"),
        )


def _base(clause: Clause, index: Array, given: Given) -> Rated | None:
    """Return the lines' bases: in each one's own currency, with the rates into the deal's.

    Where a deduction isn't in the line's currency, or lines are compared, they are converted first.
    """
    if clause.base is None:
        return None
    base, apart = clause.base, _keeps_currency(clause)

    def read(name: str, is_money: bool, times_units: bool) -> Col:
        values = given.needed(name, index, clause.id)
        if is_money and not apart:
            values = Rated(values, *given.exchange(index)).col()
        return values.times(given.needed("units", index, clause.id)) if times_units else values

    values = read(base.quantity, base.money, base.times_units).scaled(1 / base.at_source)
    found = Rated(values, *given.exchange(index)) if apart else Rated.plain(values)
    sign = np.sign(values.num).astype(np.int8)
    left = values
    for deduction in clause.deductions:
        if deduction.kind in ("base", "remaining"):
            taken = values if deduction.kind == "base" else left
        elif deduction.kind == "per_unit":
            taken = given.needed("units", index, clause.id)
        elif deduction.kind != "fixed":
            taken = read(deduction.quantity, deduction.money, deduction.times_units)
        if deduction.kind != "fixed":
            left = left.plus(taken.scaled(deduction.amount), -1).floored_at_zero(sign)
    return _less_fixed(Rated(left, found.rates, found.codes), clause)


def _keeps_currency(clause: Clause) -> bool:
    mixed = any(
        deduction.kind == "per_unit"
        or (deduction.kind not in ("base", "remaining", "fixed") and not deduction.money)
        for deduction in clause.deductions
    )
    compared = clause.rate.kind == "best" and clause.rate.per == "line"
    return clause.base is not None and clause.base.money and not mixed and not compared


def _less_fixed(left: Rated, clause: Clause) -> Rated:
    """Multiply all bases by (sum - fixed) / sum, for each fixed deduction."""
    fixed = [each.amount for each in clause.deductions if each.kind == "fixed"]
    total = left.total() if fixed else Fraction(0)
    for amount in fixed:
        if total > 0:
            rest = max(total - amount, Fraction(0))
            left, total = left.scaled(rest / total), rest
    return left


def _factors(clause: Clause, index: Array, given: Given) -> tuple[list[Fraction], Array]:
    """Return the distinct products of adjustment factors, and each line's number among them."""
    factors = [Fraction(1)]
    codes = np.zeros(len(index), dtype=np.int32)
    for place, factor in clause.adjustments:
        codes *= 2
        codes += chosen(place, given)[index]
        factors = [each * f for each in factors for f in (Fraction(1), factor)]
    return factors, codes
