"""The lines of files behind an amount, as people read them and as CSV."""

import csv
import io
from fractions import Fraction
from typing import Any

from django.http import HttpResponse

from foundation.exports.cells import safe_cell
from foundation.storage import responses
from royalties.engine.values import readable
from royalties.models import Statement
from royalties.selectors.why import Behind


def written(line: Behind) -> dict[str, Any]:
    """Return a line's numbers as people read them."""
    rate = Fraction(line.rate)
    return {
        "name": line.name,
        "row": line.row,
        "units": readable(Fraction(line.units)),
        "base": readable(Fraction(line.base)) if line.base else "–",
        "rate": f"{readable(rate)} a unit" if line.of_units else f"{readable(rate * 100)} %",
        "factor": readable(Fraction(line.factor)),
        "earned": readable(Fraction(line.earned)),
    }


def as_csv(statement: Statement, lines: list[Behind]) -> HttpResponse:
    """Return the lines with all their digits."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = ("name", "row", "units", "base", "rate", "factor", "earned")
    writer.writerow(["file", *names[1:], "currency"])
    for line in lines:
        cells = [safe_cell(str(getattr(line, name))) for name in names]
        writer.writerow([*cells, statement.currency])
    content = out.getvalue().encode("utf-8-sig")
    return responses.attached(content, name=f"{statement.number}-lines.csv", media_type="text/csv")
