"""The errors file: only the rows not accepted, with ``_row`` and ``_error``, to correct and return.

Read again with the same profile, each row carries the number it has in the file it came from
(``Detection.resubmission``), so that it replaces that row and no other.
"""

import csv
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xlsxwriter

from foundation.exports.cells import safe_cell, safe_sheet_name
from kernel.errors import DomainError

SHEET_ROWS = 1_048_575
_OURS = ("_row", "_error", "_outcome", "_currency", "_amount")


class TooManyRows(DomainError):
    """More rows than a sheet holds; the CSV form has no such limit."""

    code = "too_many_rows"
    status = 422


@dataclass(frozen=True)
class BadRows:
    """A Parquet file of rows not accepted (``Reading.bad``); with ``only``, just those of them."""

    path: str | Path
    only: Container[int] | None = None

    def headings(self) -> list[str]:
        """Return the file's own headings."""
        if not self.path:
            return []
        return [name for name in pq.read_schema(self.path).names if name not in _OURS]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each row: ``_row``, ``_error``, ``_outcome``, its money, the file's own cells."""
        if not self.path:
            return
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(4096):
                for row in batch.to_pylist():
                    if self.only is None or row["_row"] in self.only:
                        yield row


def write_errors(parts: Sequence[BadRows], target: Path) -> int:
    """Write the rows of all ``parts`` to ``target``, a workbook if it is named .xlsx, else CSV.

    Returns how many. The first part's headings are the file's. Raises TooManyRows.
    """
    headings = parts[0].headings() if parts else []
    rows = sorted((row for part in parts for row in part), key=lambda row: row["_row"])
    table = _table(headings, rows)
    if target.suffix.lower() == ".xlsx":
        if len(rows) > SHEET_ROWS:
            raise TooManyRows(f"{len(rows)} rows don't fit on a sheet. Take the CSV form.")
        _write_xlsx(table, target)
    else:
        _write_csv(table, target)
    return len(rows)


def _table(headings: list[str], rows: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    yield ["_row", "_error", *headings]
    for row in rows:
        yield [str(row["_row"]), row["_error"], *(row.get(name) or "" for name in headings)]


def _write_csv(table: Iterable[list[str]], target: Path) -> None:
    """Write CSV in UTF-8 with a byte order mark, which spreadsheet programs need."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in table:
            writer.writerow([safe_cell(cell) for cell in row])


def _write_xlsx(table: Iterable[list[str]], target: Path) -> None:
    """Write a workbook, every cell as text."""
    with xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(safe_sheet_name("errors"))
        for number, row in enumerate(table):
            for at, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, at, cell[:32_767])
