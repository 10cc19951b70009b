"""The lines behind a statement row: not stored, but found again from the same inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from royalties.engine.bases import Measured
from royalties.engine.calculate import Calculation, Parts
from royalties.engine.columns import Array
from royalties.engine.earnings import means
from royalties.engine.gather import line_prices
from royalties.engine.groups import PLACE
from royalties.engine.tables import Price
from royalties.engine.terms import Clause


@dataclass(frozen=True, slots=True)
class LineShare:
    """One line behind a row: where it stands, and base (or units) × rate × factor = earned."""

    file: str
    row: int
    units: Fraction
    base: Fraction | None
    rate: Fraction
    of_units: bool
    factor: Fraction
    earned: Fraction


def lines_behind(calculation: Calculation, cell: Mapping[str, Any]) -> list[LineShare]:
    """Return the lines of a ``sales`` cell of the result, in the order of file and row.

    ``earned`` is the clause's whole exact money for the line, before it is divided among payees;
    summed over a row's lines it is the row's exact money. Cells of other kinds have no lines of
    this period: the answer is empty.
    """
    parts = calculation.parts
    clause = parts.given.deal.clause(cell["clause"]) if cell["kind"] == "sales" else None
    if clause is None:
        return []
    mine = parts.flows.stage.measured[clause.id]
    prices, codes = line_prices(parts.flows.stage, clause, mine, parts.flows.openings)
    found = [
        each
        for at in np.flatnonzero(_at_place(parts, mine, cell, songs=bool(clause.rate.contents)))
        if (each := _share(parts, clause, mine, int(at), prices[int(codes[at])], cell)) is not None
    ]
    return sorted(found, key=lambda each: (each.file, each.row))


def lines_of_clause(calculation: Calculation, name: str, *, most: int) -> list[LineShare]:
    """Return the first lines of a clause in the order of file and row, whatever their place."""
    parts = calculation.parts
    clause = parts.given.deal.clause(name)
    mine = parts.flows.stage.measured[clause.id]
    prices, codes = line_prices(parts.flows.stage, clause, mine, parts.flows.openings)
    lines = parts.given.lines
    keys = [lines.row(int(line)) for line in mine.index]
    found = []
    for at in sorted(range(len(keys)), key=keys.__getitem__)[:most]:
        share = _share(parts, clause, mine, at, prices[int(codes[at])], None)
        if share is not None:
            found.append(share)
    return found


def _at_place(parts: Parts, mine: Measured, cell: Mapping[str, Any], *, songs: bool) -> Array:
    mask = np.ones(len(mine.index), dtype=bool)
    for name in PLACE[1:] if songs else PLACE:
        values, codes = parts.given.lines.text(name)
        wanted = -1 if cell[name] is None else values.index(cell[name])
        mask &= codes[mine.index] == wanted
    return mask


def _share(
    parts: Parts,
    clause: Clause,
    mine: Measured,
    at: int,
    prices: Sequence[Price | None],
    cell: Mapping[str, Any] | None,
) -> LineShare | None:
    """Return what a line earned: for a cell's song of its product, or (None) for all of them."""
    line = int(mine.index[at])
    stretch = int(parts.flows.stage.stretch_of[line])
    earned = parts.earned[clause.id]
    rate = means(earned, parts.flows)[stretch]
    of_units, price = clause.rate.of_units, prices[earned.winner]
    if price is not None:
        each = _song_price(price, cell) if price.songs else price.rate
        if each is None:
            return None
        rate, of_units = rate * each, price.of_units
    units = mine.units.at(at)
    base = None if mine.base is None else mine.base.at(at)
    factor = mine.factors[int(mine.factor_codes[at])]
    measure = units if of_units or base is None else base
    file, row = parts.given.lines.row(line)
    return LineShare(file, row, units, base, rate, of_units, factor, measure * rate * factor)


def _song_price(price: Price, cell: Mapping[str, Any] | None) -> Fraction | None:
    listed = [each for song, each in price.songs if cell is None or song == cell["work"]]
    return sum(listed, Fraction()) if listed else None
