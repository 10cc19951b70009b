"""A statement as a workbook: Summary, Detail, About. Numbers are numbers, text is text.

The writer never makes a formula or a link of a text; the columns of text are of Excel's type text,
so that a cell stays text when somebody edits it.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import BinaryIO

from rustpy_xlsxwriter import FastExcel, Format

from kernel.currencies import minor_units
from kernel.errors import DomainError
from royalties.documents import details, sheet
from royalties.documents.asked import Asked
from royalties.engine.values import money, to_minor
from royalties.models import Statement

MOST_ROWS = 1_048_574
EXACT_DIGITS = 15
FIGURES = {"earned": "Earned", "recouped": "Recouped", "due": "Due", "payable": "Payable"}
DETAIL = {name: name.replace("_", " ").capitalize() for name in details.NAMES}
WIDTHS: dict[str, list[float]] = {
    "Summary": [24, 34, 34, 14, 14, 14, 14],
    "Detail": [14, 16, 9, 16, 34, 10, 14, 18, 14, 12, 14, 9],
    "About": [24, 70],
}
TEXTS = {
    "Summary": ("Section", "Item"),
    "Detail": [title for name, title in DETAIL.items() if name not in details.FIGURES],
    "About": ("What", "Value"),
}
Row = dict[str, str | Decimal | None]


class WorkbookTooLong(DomainError):
    """A statement has more rows than a sheet of a workbook."""

    code = "workbook_too_long"
    status = 422


def write(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write the workbook. Raises WorkbookTooLong."""
    told = sheet.of(statement)
    if told.rows_count > MOST_ROWS:
        raise WorkbookTooLong(
            f"The statement has {told.rows_count:,} rows, more than a sheet holds. Take the CSV."
        )
    made = io.BytesIO()
    money = _money(statement.currency)
    summary = list(_summary(told))
    totals = {at: _bold() for at, row in enumerate(summary, 1) if row["Section"] == "Total"}
    figures = dict.fromkeys(("Value", *FIGURES.values()), money)
    with FastExcel(made) as book:
        book.freeze(row=1)
        _add(book, "Summary", summary, figures, totals)
        total = {told.rows_count + 1: _bold()}
        _add(book, "Detail", _detail(statement), {"Amount": money}, total)
        _add(book, "About", _about(statement, told, asked), {}, {})
    file.write(made.getbuffer())


def _add(
    book: FastExcel,
    name: str,
    rows: Iterable[Row],
    formats: Mapping[str, Format],
    bold: dict[int, Format],
) -> None:
    head = _bold()
    head.set_background_color("#E9ECFD")
    text = Format()
    text.set_num_format("@")
    columns = {**dict.fromkeys(TEXTS[name], text), **formats}
    book.sheet(
        name,
        rows,
        header_format=head,
        column_formats=columns,
        column_widths=WIDTHS[name],
        row_formats=bold,
    )


def _bold() -> Format:
    made = Format()
    made.set_bold()
    return made


def _money(currency: str) -> Format:
    places = minor_units(currency)
    made = Format()
    made.set_num_format("#,##0" + ("." + "0" * places if places else ""))
    return made


def _figure(text: str) -> str | Decimal:
    """Return a number where a sheet keeps all its digits, else the text."""
    exact = Decimal(text)
    return exact if len(exact.as_tuple().digits) <= EXACT_DIGITS else text


def _summary(told: sheet.Sheet) -> Iterator[Row]:
    """Yield what the statement is, its steps, and its deals."""
    shown = told.shown
    empty: Row = dict.fromkeys(("Section", "Item", "Value", *FIGURES.values()))
    for item, value in (
        ("Number", shown.number),
        ("Payee", shown.holder.name),
        ("Payee's code", shown.holder.reference),
        ("Period", shown.period),
        ("First day", told.period.start.isoformat()),
        ("Last day", told.last_day),
        ("Currency", shown.currency),
        ("From", told.organisation),
    ):
        yield {**empty, "Section": "Statement", "Item": item, "Value": value}
    for step in shown.steps:
        section = "Total" if step.total else "Step"
        yield {**empty, "Section": section, "Item": step.label, "Value": _figure(step.amount)}
    for part in shown.parts:
        amounts = {step.name: step.amount for step in part.steps}
        yield {
            **empty,
            "Section": "Deal",
            "Item": part.deal,
            "Value": f"{part.title}, version {part.version}, {part.period}",
            **{title: _figure(amounts.get(name, "0")) for name, title in FIGURES.items()},
        }


def _detail(statement: Statement) -> Iterator[Row]:
    """Yield every row, and their total."""
    currency, total = statement.currency, 0
    for detail in details.of(statement):
        row: Row = dict(zip(DETAIL.values(), details.values(detail), strict=True))
        row["Units"], row["Amount"] = _figure(detail.units), _figure(detail.amount)
        yield {**row, "Currency": currency}
        total += to_minor(detail.amount, currency)
    last: Row = dict.fromkeys(DETAIL.values())
    yield {
        **last,
        "Deal": "Total",
        "Amount": _figure(money(total, currency)),
        "Currency": currency,
    }


def _about(statement: Statement, told: sheet.Sheet, asked: Asked) -> Iterator[Row]:
    """Yield what the file is, how it was chosen, who asked for it and when, and its hash."""
    chosen = (
        f"payee {told.shown.holder.reference}, period {statement.period}, "
        f"currency {statement.currency}"
    )
    for what, value in (
        ("This file", "A royalty statement: its figures, and every row of what was earned"),
        ("Statement", statement.number),
        ("Chosen by", chosen),
        ("Rows", f"{told.rows_count}, all of the statement"),
        ("SHA-256 of the figures", statement.sha256),
        ("Issued at", statement.issued_at.isoformat()),
        ("File asked for by", asked.by),
        ("File made at", asked.at.isoformat()),
    ):
        yield {"What": what, "Value": value}
