"""A calculation from files alone: a deal, a sales file, balances and tables; no database."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine import places, schema
from royalties.engine.calculate import Calculation, calculate
from royalties.engine.errors import DealInvalid
from royalties.engine.examples import ExampleResult, run_examples
from royalties.engine.lines import Lines
from royalties.engine.periods import PeriodUnclear, period_label
from royalties.engine.reading import read_deal
from royalties.engine.terms import Deal

Row = dict[str, Any]
Matcher = Callable[..., Callable[[str], bool]]
CELLS_LONGEST = 10_000


class FileUnreadable(DomainError):
    """A file that isn't what the command needs; ``extra`` names the file and the place."""

    code = "file_unreadable"
    status = 422


class ExamplesFail(DomainError):
    """A deal whose own worked examples don't come out; ``extra["examples"]`` has each one."""

    code = "examples_fail"
    status = 422


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a calculation from files needs; paths that are None are left out."""

    deal: Path
    lines: Path | None = None
    costs: Path | None = None
    opening: Path | None = None
    tables: Path | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The deal's examples with their outcome, and one calculation for each period."""

    deal: Deal
    document: dict[str, Any]
    examples: list[ExampleResult]
    calculations: list[Calculation] = field(default_factory=list)


def load_deal(path: Path, *, matcher: Matcher) -> tuple[Deal, dict[str, Any]]:
    """Return the deal in the file at ``path`` and its document; raise DealInvalid with paths."""
    document = load_json(path)
    problems = schema.problems(document)
    if problems:
        raise DealInvalid(problems)
    deal = read_deal(document)
    wrong = places.problems(document, matcher)
    if wrong:
        raise DealInvalid(wrong)
    return deal, document


def work_out(sheet: Worksheet, *, matcher: Matcher, normalize: Callable[[str], str]) -> Answer:
    """Run the deal's examples and then the files, period after period.

    ``normalize`` turns a file's territory into its code, or raises a DomainError.

    Raises DomainErrors: unreadable files, an invalid deal, examples that fail, lines that the deal
    can't rate.
    """
    deal, document = load_deal(sheet.deal, matcher=matcher)
    examples = run_examples(deal, matcher=matcher)
    failed = [each for each in examples if not each.passed]
    if failed:
        raise ExamplesFail(
            f"{len(failed)} of {len(examples)} worked examples of {deal.id} fail: "
            f"{failed[0].name}: {failed[0].differences[0]}.",
            examples=[{"name": e.name, "differences": list(e.differences)} for e in failed],
        )
    answer = Answer(deal, document, examples)
    if sheet.lines is None:
        return answer
    lines = [_placed(line, normalize) for line in load_rows(sheet.lines)]
    costs = load_rows(sheet.costs) if sheet.costs else []
    tables = load_json(sheet.tables) if sheet.tables else {}
    balances = load_json(sheet.opening) if sheet.opening else None
    for period, rows in by_period(deal, lines, only=sheet.period):
        calculation = calculate(
            deal,
            period=period,
            lines=Lines.from_rows(rows),
            costs=[cost for cost in costs if _falls_in(deal, cost, period, sheet.costs)],
            opening=balances,
            rates=tables.get("rates"),
            fx=tables.get("fx"),
            matcher=matcher,
        )
        answer.calculations.append(calculation)
        balances = calculation.result["closing"]
    return answer


def _placed(line: Row, normalize: Callable[[str], str]) -> Row:
    """Return the line with its territory's code; an unknown one is refused with its row."""
    if not line.get("territory"):
        return line
    try:
        return {**line, "territory": normalize(line["territory"])}
    except DomainError as error:
        extra = {**error.extra, "row": line["_row"], "column": "territory"}
        raise FileUnreadable(f"Row {line['_row']}: {error.detail}", **extra) from error


def by_period(deal: Deal, lines: list[Row], *, only: str | None) -> list[tuple[str, list[Row]]]:
    """Return the lines of each accounting period, in order of time.

    A line belongs to ``only`` if that is given, else to its ``period`` column, else to the period
    of its ``sold_on``.
    """
    if only is not None:
        Period.of(only, year_starts=deal.year_starts)
        return [(only, lines)]
    found: dict[str, list[Row]] = {}
    for line in lines:
        found.setdefault(line.get("period") or _period_of_day(deal, line), []).append(line)
    if not found:
        raise PeriodUnclear("There are no lines. Name the period with --period 2026-Q1.")
    starts = {label: Period.of(label, year_starts=deal.year_starts).start for label in found}
    return sorted(found.items(), key=lambda item: starts[item[0]])


def _period_of_day(deal: Deal, line: Row) -> str:
    day = line.get("sold_on") or line.get("usage_end")
    if not day:
        raise PeriodUnclear(
            f"Row {line['_row']} has neither period nor sold_on. Name the period with --period.",
            row=line["_row"],
        )
    return period_label(deal, _day(day, line["_row"], "sold_on"))


def _falls_in(deal: Deal, cost: Row, period: str, path: Path | None) -> bool:
    if not cost.get("date"):
        raise FileUnreadable(f"{path}: row {cost['_row']} has no date.", row=cost["_row"])
    day = _day(cost["date"], cost["_row"], "date")
    return Period.of(period, year_starts=deal.year_starts).contains(day)


def _day(text: str, row: int, column: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FileUnreadable(
            f"Row {row}: {column} is {text[:40]!r}. Write dates like 2026-03-31.",
            row=row,
            column=column,
        ) from None


def load_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; numbers with a point, NaN and doubled words are refused."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            document = json.load(
                file,
                object_pairs_hook=_once,
                parse_float=_no_float,
                parse_constant=_no_float,
            )
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FileUnreadable(f"{path} can't be read: {error}.", file=path.name) from error
    except (DomainError, RecursionError) as error:
        raise FileUnreadable(f"{path}: {error}", file=path.name) from error
    if not isinstance(document, dict):
        raise FileUnreadable(f"{path} must hold one JSON object {{ … }}.", file=path.name)
    return document


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in pairs:
        if name in document:
            raise FileUnreadable(f"{name!r} stands twice in the same object. Keep one of them.")
        document[name] = value
    return document


def _no_float(text: str) -> NoReturn:
    raise FileUnreadable(f'{text} must be written as text, "{text}", so that it stays exact.')


def load_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file (UTF-8, comma, first row the column names), with ``_row``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header)
            return [_row(path, reader.line_num, header, cells) for cells in reader if any(cells)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(f"{path} can't be read: {error}.", file=path.name) from error


def _check_header(path: Path, header: list[str]) -> None:
    if not any(header):
        raise FileUnreadable(f"{path} is empty: the first row must name the columns.")
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise FileUnreadable(f"{path}: column {doubled[0]!r} stands twice.", column=doubled[0])


def _row(path: Path, number: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header):
        raise FileUnreadable(
            f"{path}: row {number} has {len(cells)} cells, but there are {len(header)} columns.",
            row=number,
        )
    long = next((n for n, cell in zip(header, cells, strict=False) if len(cell) > CELLS_LONGEST), 0)
    if long:
        raise FileUnreadable(f"{path}: row {number}: {long} is too long.", row=number, column=long)
    filled = [cell.strip() or None for cell in cells] + [None] * (len(header) - len(cells))
    return dict(zip(header, filled, strict=True)) | {"_row": number}
