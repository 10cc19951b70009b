"""Tables as CSV and as workbooks: row by row, in machine form, no cell a formula."""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, BinaryIO, Protocol

import xlsxwriter

from foundation.exports.cells import safe_cell, safe_sheet_name

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXACT_DIGITS = 15  # a spreadsheet's number holds no more; longer ones are written as text
WIDTHS = {"text": 30, "day": 12, "moment": 20}


class Writer(Protocol):
    """One file being written."""

    sha256: Any

    def row(self, values: Sequence[Any]) -> None:
        """Write one row."""

    def end(self, totals: Sequence[Sequence[Any]], about: Sequence[tuple[str, str]]) -> None:
        """Write what comes after the rows, and close."""


def text(value: Any) -> str:
    """Return a value as machines read it: ISO dates, a point before decimals."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return safe_cell(str(value))


class Csv:
    """CSV in UTF-8; ``bom`` puts the mark in front that Excel needs. Totals are left to readers."""

    def __init__(self, out: BinaryIO, head: Sequence[str], *, bom: bool) -> None:
        self._out = out
        self.sha256 = hashlib.sha256()
        if bom:
            out.write(b"\xef\xbb\xbf")
        self.row(head)

    def row(self, values: Sequence[Any]) -> None:
        """Write one row."""
        made = csv_line(values)
        self.sha256.update(made)
        self._out.write(made)

    def end(self, totals: Sequence[Sequence[Any]], about: Sequence[tuple[str, str]]) -> None:
        """Nothing comes after the rows."""


class Workbook:
    """XLSX: typed cells under a head that stays, totals, and a sheet that says what it is."""

    def __init__(
        self, out: BinaryIO, head: Sequence[str], *, title: str, kinds: Sequence[str]
    ) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
        self._book = xlsxwriter.Workbook(out, options)
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheet = self._book.add_worksheet(safe_sheet_name(title))
        self._sheet.freeze_panes(1, 0)
        for at, kind in enumerate(kinds):
            self._sheet.set_column(at, at, WIDTHS.get(kind, 14))
        self.sha256 = hashlib.sha256(csv_line(head))
        self._line, self._width = 0, len(head)
        self._write(head, self._bold)

    def row(self, values: Sequence[Any]) -> None:
        """Write one row."""
        self.sha256.update(csv_line(values))
        self._write(values)

    def end(self, totals: Sequence[Sequence[Any]], about: Sequence[tuple[str, str]]) -> None:
        """Write the totals, let the rows be filtered, say what the workbook is, and close it."""
        self._sheet.autofilter(0, 0, max(self._line - 1, 0), self._width - 1)
        for total in totals:
            self._write(total, self._bold)
        sheet = self._book.add_worksheet("About")
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 80)
        for line, (label, value) in enumerate(about):
            sheet.write_string(line, 0, label, self._bold)
            sheet.write_string(line, 1, safe_cell(value))
        self._book.close()

    def _write(self, values: Sequence[Any], style: Any = None) -> None:
        for at, value in enumerate(values):
            if value is None or value == "":
                continue
            if _is_number(value):
                self._sheet.write_number(self._line, at, value, style)
            elif isinstance(value, datetime) and value.year >= 1900:
                plain = value.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(self._line, at, plain, self._moment)
            elif type(value) is date and value.year >= 1900:
                self._sheet.write_datetime(self._line, at, value, self._day)
            else:
                self._sheet.write_string(self._line, at, text(value), style)
        self._line += 1


def csv_line(values: Sequence[Any]) -> bytes:
    """Return a row as CSV."""
    out = io.StringIO()
    csv.writer(out).writerow([text(value) for value in values])
    return out.getvalue().encode()


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    exact = Decimal(value)
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS
