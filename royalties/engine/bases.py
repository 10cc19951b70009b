"""Line by line: the base of a clause after its deductions, the units, the adjustments."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from royalties.engine.columns import Array, Col
from royalties.engine.errors import QuantityMissing, at_row
from royalties.engine.given import Given
from royalties.engine.lines import where
from royalties.engine.selection import chosen
from royalties.engine.terms import Clause, Deduction


@dataclass
class Measured:
    """The lines of one clause with what its rate works on."""

    index: Array
    base: Col | None
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


def _base(clause: Clause, index: Array, given: Given) -> Col | None:
    if clause.base is None:
        return None
    base = clause.base
    read = given.money if base.money else given.needed
    values = read(base.quantity, index, clause.id)
    if base.times_units:
        values = values.times(given.needed("units", index, clause.id))
    values = values.scaled(1 / base.at_source)
    sign = np.sign(values.num).astype(np.int8)
    left = values
    for deduction in clause.deductions:
        if deduction.kind != "fixed":
            left = left.plus(_taken(deduction, values, left, index, clause, given), -1)
            left = left.floored_at_zero(sign)
    total = left.total()
    for deduction in clause.deductions:
        if deduction.kind == "fixed" and total > 0:
            rest = max(total - deduction.amount, Fraction(0))
            left, total = left.scaled(rest / total), rest
    return left


def _taken(
    deduction: Deduction, base: Col, left: Col, index: Array, clause: Clause, given: Given
) -> Col:
    if deduction.kind in ("base", "remaining"):
        return (base if deduction.kind == "base" else left).scaled(deduction.amount)
    if deduction.kind == "per_unit":
        return given.needed("units", index, clause.id).scaled(deduction.amount)
    read = given.money if deduction.money else given.needed
    values = read(deduction.quantity, index, clause.id)
    if deduction.times_units:
        values = values.times(given.needed("units", index, clause.id))
    return values.scaled(deduction.amount)


def _factors(clause: Clause, index: Array, given: Given) -> tuple[list[Fraction], Array]:
    """Return the distinct products of adjustment factors, and each line's number among them."""
    factors = [Fraction(1)]
    codes = np.zeros(len(index), dtype=np.int32)
    for place, factor in clause.adjustments:
        codes *= 2
        codes += chosen(place, given)[index]
        factors = [each * f for each in factors for f in (Fraction(1), factor)]
    return factors, codes
