"""Why an amount: from a statement's row to the file's own rows, calculated anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from kernel.errors import DomainError
from royalties.engine.calculate import Calculation
from royalties.engine.explain import LineShare, lines_behind, lines_of_clause
from royalties.engine.posting import POT
from royalties.engine.values import text
from royalties.models import RunResult, SalesFile, Statement
from royalties.selectors import calculations

CELL = ("clause", "kind", "work", "territory", "channel", "source", "right_type")


class NoFigure(DomainError):
    """A statement has no such figure."""

    code = "no_figure"
    status = 404


@dataclass(frozen=True, slots=True)
class Behind:
    """One line of a sales file: base (or units) × rate × factor = earned, exact, as text."""

    file: UUID
    name: str
    row: int
    units: str
    base: str
    rate: str
    of_units: bool
    factor: str
    earned: str


def working(statement: Statement, result_id: UUID) -> dict[str, Any]:
    """Return the working of one deal's part of a statement: the engine's tree, as it was kept."""
    part = _part(statement, result_id)
    kept: dict[str, Any] = RunResult.objects.values_list("working", flat=True).get(pk=result_id)
    return dict(kept[part["payee"]])


def lines(
    statement: Statement, result_id: UUID, cells: Sequence[Mapping[str, Any]]
) -> list[list[Behind]]:
    """Return the lines behind rows of a statement, named by their CELL columns, row by row.

    The deal's period is calculated again from the same inputs, once for all rows, and must come to
    the same hash. Raises NotTheSame where it doesn't.
    """
    _part(statement, result_id)
    result = RunResult.objects.select_related("deal", "version").get(pk=result_id)
    calculation = calculations.again(result)
    return _behind(calculation, cells)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a clause paid into a pot: how many lines there are, what they earned, the first ones."""

    count: int
    earned: Fraction
    lines: list[Behind]


def receipt(statement: Statement, result_id: UUID, clause: str, *, most: int) -> Receipt:
    """Return the lines of a clause whose money goes into a pot of the deal, calculated again.

    Raises NoFigure where the deal has no such clause, NotTheSame as ``lines`` does.
    """
    _part(statement, result_id)
    result = RunResult.objects.select_related("deal", "version").get(pk=result_id)
    calculation = calculations.again(result)
    parts = calculation.parts
    named = [each for each in parts.given.deal.clauses if each.id == clause]
    receivers = parts.posted[clause].receivers if named else {}
    if not any(each.startswith(POT) for each in receivers):
        raise NoFigure(f"Statement {statement.number} has no such receipt. Open it from there.")
    [listed] = _named([lines_of_clause(calculation, clause, most=most)])
    count = len(parts.flows.stage.measured[clause].index)
    return Receipt(count, parts.posted[clause].exact, listed)


def _behind(calculation: Calculation, cells: Sequence[Mapping[str, Any]]) -> list[list[Behind]]:
    return _named([lines_behind(calculation, cell) for cell in cells])


def _named(found: Sequence[Sequence[LineShare]]) -> list[list[Behind]]:
    """Return lines with the names that their files have."""
    hashes = {each.file for listed in found for each in listed}
    files = {
        sha256: (pk, name)
        for pk, sha256, name in SalesFile.objects.filter(
            sha256__in=hashes, reversed_at=None
        ).values_list("pk", "sha256", "name")
    }
    return [
        [
            Behind(
                *files[each.file],
                each.row,
                text(each.units),
                "" if each.base is None else text(each.base),
                text(each.rate),
                each.of_units,
                text(each.factor),
                text(each.earned),
            )
            for each in listed
        ]
        for listed in found
    ]


def _part(statement: Statement, result_id: UUID) -> dict[str, Any]:
    for part in statement.content["deals"]:
        if part["result"] == str(result_id):
            return dict(part)
    raise NoFigure(f"Statement {statement.number} has no such figure.")
