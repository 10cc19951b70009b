"""A statement as a workbook: Summary, Detail, About. Numbers are numbers, text is text."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from foundation.exports.cells import safe_cell
from kernel.currencies import minor_units
from kernel.errors import DomainError
from royalties.documents import details, sheet
from royalties.documents.asked import Asked
from royalties.models import Statement
from royalties.selectors.money import minor, written

MOST_ROWS = 1_048_574
EXACT_DIGITS = 15
WIDTHS = (14, 16, 9, 16, 34, 10, 14, 18, 14, 12, 14, 9)
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Value = str | Decimal


class WorkbookTooLong(DomainError):
    """A statement has more rows than a sheet of a workbook."""

    code = "workbook_too_long"
    status = 422


class Book:
    """A workbook with the formats of one currency."""

    def __init__(self, file: BinaryIO, currency: str) -> None:
        self.book = xlsxwriter.Workbook(file, OPTIONS)
        places = "." + "0" * minor_units(currency) if minor_units(currency) else ""
        money = f"#,##0{places}"
        make = self.book.add_format
        self.text = make({"num_format": "@"})
        self.quoted = make({"num_format": "@", "quote_prefix": True})
        self.bold = make({"bold": True})
        self.title = make({"bold": True, "font_size": 16})
        self.head = make({"bold": True, "bottom": 1, "bg_color": "#E9ECFD"})
        self.head_figure = make(
            {"bold": True, "bottom": 1, "bg_color": "#E9ECFD", "align": "right"}
        )
        self.money = make({"num_format": money})
        self.money_total = make({"num_format": money, "bold": True, "top": 1})
        self.units = make({"num_format": "#,##0.###############"})
        self.whole = make({"num_format": "#,##0"})
        self.total = make({"bold": True, "top": 1})

    def put(self, on: Worksheet, row: int, column: int, value: Value, how: Any = None) -> None:
        """Write text as text, and a number as a number where a sheet keeps all its digits."""
        if isinstance(value, Decimal):
            if len(value.as_tuple().digits) <= EXACT_DIGITS:
                on.write_number(row, column, value, how)
                return
            value = f"{value:f}"
        if how is None:
            how = self.text if safe_cell(value) == value else self.quoted
        on.write_string(row, column, value, how)

    def units_format(self, units: Decimal) -> Any:
        """Return the format of a quantity: no point where nothing follows it."""
        return self.whole if units == units.to_integral_value() else self.units


def write(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write the workbook. Raises WorkbookTooLong."""
    told = sheet.of(statement)
    if told.rows_count > MOST_ROWS:
        raise WorkbookTooLong(
            f"The statement has {told.rows_count:,} rows, more than a sheet holds. Take the CSV."
        )
    book = Book(file, statement.currency)
    with book.book:
        _summary(book, told)
        _detail(book, statement)
        _about(book, statement, told, asked)


def _summary(book: Book, told: sheet.Sheet) -> None:
    shown = told.shown
    on = book.book.add_worksheet("Summary")
    on.set_column(0, 0, 44)
    on.set_column(1, 7, 16)
    book.put(on, 0, 0, shown.holder.name, book.title)
    row = 2
    for label, value in _facts(told):
        book.put(on, row, 0, label, book.bold)
        book.put(on, row, 1, value)
        row += 1
    row = _head(book, on, row + 1, ["Step"], [shown.currency])
    for step in shown.steps:
        book.put(on, row, 0, step.label, book.total if step.total else None)
        how = book.money_total if step.total else book.money
        book.put(on, row, 1, Decimal(step.amount), how)
        row += 1
    figures = ["Earned", "Recouped", "Due", "Payable"]
    row = _head(book, on, row + 1, ["Deal"], figures, ["Title", "Version", "Period"])
    for part in shown.parts:
        amounts = {step.name: step.amount for step in part.steps}
        book.put(on, row, 0, part.deal)
        for column, name in enumerate(("earned", "recouped", "due", "payable"), 1):
            book.put(on, row, column, Decimal(amounts.get(name, "0")), book.money)
        for column, text in enumerate((part.title, str(part.version), part.period), 5):
            book.put(on, row, column, text)
        row += 1


def _facts(told: sheet.Sheet) -> list[tuple[str, str]]:
    shown = told.shown
    return [
        ("Statement", shown.number),
        ("Payee", shown.holder.reference),
        ("Period", shown.period),
        ("First day", told.period.start.isoformat()),
        ("Last day", told.last_day),
        ("Currency", shown.currency),
        ("From", told.organisation),
    ]


def _head(
    book: Book,
    on: Worksheet,
    row: int,
    words: Sequence[str],
    figures: Sequence[str],
    more: Sequence[str] = (),
) -> int:
    """Write a head and return the row after it."""
    column = 0
    for group, how in ((words, book.head), (figures, book.head_figure), (more, book.head)):
        for word in group:
            book.put(on, row, column, word, how)
            column += 1
    return row + 1


def _detail(book: Book, statement: Statement) -> None:
    """Write every row under a frozen head with filters, and the totals below."""
    on = book.book.add_worksheet("Detail")
    for column, width in enumerate(WIDTHS):
        on.set_column(column, column, width)
    on.freeze_panes(1, 0)
    names = [name.replace("_", " ").capitalize() for name in details.NAMES]
    _head(book, on, 0, names[:-2], names[-2:], ["Currency"])
    row, total, places = 0, 0, len(details.NAMES)
    for row, detail in enumerate(details.of(statement), 1):
        values = details.values(detail)
        for column, text in enumerate(values[:-2]):
            book.put(on, row, column, text)
        units = Decimal(detail.units)
        book.put(on, row, places - 2, units, book.units_format(units))
        book.put(on, row, places - 1, Decimal(detail.amount), book.money)
        book.put(on, row, places, statement.currency)
        total += minor(detail.amount, statement.currency)
    on.autofilter(0, 0, row, places)
    book.put(on, row + 1, 0, "Total", book.total)
    for column in range(1, places - 1):
        on.write_blank(row + 1, column, None, book.total)
    earned = Decimal(written(total, statement.currency))
    book.put(on, row + 1, places - 1, earned, book.money_total)
    book.put(on, row + 1, places, statement.currency, book.total)


def _about(book: Book, statement: Statement, told: sheet.Sheet, asked: Asked) -> None:
    on = book.book.add_worksheet("About")
    on.set_column(0, 0, 22)
    on.set_column(1, 1, 70)
    facts = [
        ("What", "A royalty statement: its figures and every row behind what was earned"),
        ("Statement", statement.number),
        ("Chosen by", f"payee {told.shown.holder.reference}, period {statement.period}, "
                      f"currency {statement.currency}"),
        ("Rows", f"{told.rows_count}, all of the statement"),
        ("SHA-256 of the figures", statement.sha256),
        ("Issued at", statement.issued_at.isoformat()),
        ("File asked for by", asked.by),
        ("File made at", asked.at.isoformat()),
    ]  # fmt: skip
    for row, (label, value) in enumerate(facts):
        book.put(on, row, 0, label, book.bold)
        book.put(on, row, 1, value)
