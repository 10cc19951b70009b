"""The errors file: only the rows not accepted, with ``_row`` and ``_error``, to correct and return.

Read again with the same profile, each row carries the number it has in the file it came from
(``Detection.resubmission``), so that it replaces that row and no other.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xlsxwriter

from foundation.exports.cells import safe_cell, safe_sheet_name
from integrations.files.contract import Reading
from kernel.errors import DomainError

SHEET_ROWS = 1_048_575
_HIDDEN = "_outcome"


class TooManyRows(DomainError):
    """More rows than a sheet holds; the CSV form has no such limit."""

    code = "too_many_rows"
    status = 422


def write_errors_csv(reading: Reading, target: Path) -> int:
    """Write the rows not accepted as CSV in UTF-8 with a byte order mark; return how many."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        written = sum(
            1 for row in _rows(reading) if writer.writerow([safe_cell(cell) for cell in row])
        )
    return written - 1


def write_errors_xlsx(reading: Reading, target: Path) -> int:
    """Write the rows not accepted as a workbook, every cell as text; return how many."""
    total = reading.validation.quarantined + reading.validation.rejected
    if total > SHEET_ROWS:
        raise TooManyRows(f"{total} rows don't fit on a sheet. Take the CSV form.", rows=total)
    with xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(safe_sheet_name("errors"))
        for number, row in enumerate(_rows(reading)):
            for at, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, at, cell[:32_767])
    return total


def bad_rows(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield each row not accepted: ``_row``, ``_outcome``, ``_error`` and the file's own cells."""
    if reading.bad:
        with pq.ParquetFile(reading.bad) as file:
            for batch in file.iter_batches(4096):
                yield from batch.to_pylist()


def _rows(reading: Reading) -> Iterator[list[str]]:
    """Yield the header and the rows: ``_row``, ``_error``, then the file's columns."""
    if not reading.bad:
        yield ["_row", "_error"]
        return
    with pq.ParquetFile(reading.bad) as file:
        names = [name for name in file.schema_arrow.names if name != _HIDDEN]
        own = [name for name in names if name not in ("_row", "_error")]
        yield ["_row", "_error", *own]
        for batch in file.iter_batches(4096):
            for row in batch.to_pylist():
                yield [str(row["_row"]), row["_error"], *(row[name] for name in own)]
