"""A list as a file: the rows that match, in machine form, no cell a formula."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from foundation.exports.cells import safe_cell, safe_sheet_name
from foundation.pages.columns import Column
from foundation.pages.tables import Table
from kernel.errors import DomainError
from kernel.money import Money

LIMIT = 10_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooManyRows(DomainError):
    """More rows than a download of a list holds."""

    code = "too_many_rows"
    status = 422


def download(table: Table, kind: str, *, name: str) -> HttpResponse:
    """Return the rows that match as ``name``.csv or .xlsx, sorted as shown. Raises TooManyRows."""
    rows = list(_rows(table))
    if len(rows) > LIMIT:
        raise TooManyRows(
            f"This list has more than {LIMIT:,} rows, too many for one file. Narrow it by search "
            "or filters and download it in parts."
        )
    head = [title for column in table.shown for title in _titles(column)]
    made = _csv(head, rows) if kind == "csv" else _xlsx(table, head, rows)
    answer = HttpResponse(made, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _rows(table: Table) -> Iterator[list[Any]]:
    column, descending = table.sort
    order = f"-{column.sort}" if descending else column.sort
    rows = list(table.matching.order_by(order, "pk")[: LIMIT + 1])
    table.complete(rows)
    for row in rows:
        yield [value for column in table.shown for value in _values(column, row)]


def _titles(column: Column) -> list[str]:
    if column.kind == "money":
        return [column.label, f"{column.label} currency"]
    return [column.label]


def _values(column: Column, row: Any) -> list[Any]:
    value = column.of(row)
    if column.kind == "badge":
        return [value[0]]
    if column.kind != "money":
        return [value]
    if value is None:
        return ["", ""]
    return [value.amount, value.currency] if isinstance(value, Money) else [*value]


def _text(value: Any) -> str:
    """Return a value as machines read it: ISO dates, a point before decimals."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return safe_cell(str(value))


def _csv(head: list[str], rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(title) for title in head])
    writer.writerows([_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: Table, head: list[str], rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(safe_sheet_name(table.caption))
        sheet.freeze_panes(1, 0)
        for at, title in enumerate(head):
            sheet.write_string(0, at, safe_cell(title), bold)
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if isinstance(value, int | Decimal) and not isinstance(value, bool):
                    sheet.write_number(line, at, value)
                else:
                    sheet.write_string(line, at, _text(value))
        about = book.add_worksheet("About")
        facts = [("List", table.caption), ("Rows", str(len(rows)))]
        facts += [("Filter", chip.label) for chip in table.chips]
        for line, (label, value) in enumerate(facts):
            about.write_string(line, 0, label, bold)
            about.write_string(line, 1, safe_cell(value))
    return out.getvalue()
