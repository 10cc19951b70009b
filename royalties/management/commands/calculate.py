"""manage.py calculate DEAL.json [LINES.csv]: the engine on files alone, without a database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.enters import Enters
from kernel.errors import DomainError
from royalties import worksheet
from royalties.engine import rendering
from royalties.engine.calculate import Calculation
from royalties.engine.explain import lines_behind
from royalties.engine.printing import lines_printed, printed
from royalties.engine.results import rows
from royalties.engine.values import text
from territories.geography.resolver import matcher, normalize


class Command(BaseCommand):
    """Exit codes: 0 done; 1 bad input or a failing worked example; 2 wrong usage."""

    enters = Enters.NONE
    help = "Calculate a deal on a sales file, without a database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and options."""
        parser.add_argument("deal", type=Path, metavar="DEAL.json")
        parser.add_argument("lines", type=Path, nargs="?", metavar="LINES.csv")
        parser.add_argument("--costs", type=Path, metavar="COSTS.csv")
        parser.add_argument("--opening", type=Path, metavar="BALANCES.json")
        parser.add_argument(
            "--tables", type=Path, metavar="TABLES.json", help='{"rates": {…}, "fx": {…}}'
        )
        parser.add_argument("--period", metavar="2026-Q1", help="the period of all lines")
        parser.add_argument("--terms", action="store_true", help="print the deal in plain language")
        parser.add_argument(
            "--lines", action="store_true", dest="behind", help="open every row to its lines"
        )
        parser.add_argument("--json", action="store_true", help="print data instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print examples, results, working and closing balances."""
        sheet = worksheet.Worksheet(
            **{n: options[n] for n in ("deal", "lines", "costs", "opening", "tables", "period")}
        )
        try:
            answer = worksheet.work_out(sheet, matcher=matcher, normalize=normalize)
        except DomainError as error:
            self.stderr.write(json.dumps(error.problem(), indent=2, ensure_ascii=False))
            sys.exit(1)
        if options["json"]:
            self.stdout.write(_data(answer, options["behind"]))
            return
        self.stdout.write(_text(answer, options["terms"], options["behind"]))


def _data(answer: worksheet.Answer, behind: bool) -> str:
    document = {
        "deal": answer.deal.id,
        "examples": [{"name": e.name, "passed": e.passed} for e in answer.examples],
        "periods": [
            {**c.result, "results_hash": c.results_hash, "working": c.working}
            | {"cells": list(rows(c.cells))}
            | ({"lines": [_lines(c, cell) for cell in rows(c.cells)]} if behind else {})
            for c in answer.calculations
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _lines(calculation: Calculation, cell: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines behind a cell, in the order of the result's cells."""
    return [
        {
            "row": each.row,
            "units": text(each.units),
            "base": None if each.base is None else text(each.base),
            "rate": text(each.rate),
            "factor": text(each.factor),
            "earned": text(each.earned),
        }
        for each in lines_behind(calculation, cell)
    ]


def _text(answer: worksheet.Answer, terms: bool, behind: bool) -> str:
    said: list[str] = []
    if terms:
        for section in rendering.describe(answer.document):
            said += [section.title, *(f"  {sentence}" for sentence in section.sentences), ""]
    said += [f"Worked example passes: {each.name}" for each in answer.examples]
    for calculation in answer.calculations:
        said.append(printed(calculation))
        said += [lines_printed(calculation)] if behind else []
    if not said:
        said = ["The deal is valid. It has no worked examples, and no lines were given."]
    return "\n".join(said)
