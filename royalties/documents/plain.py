"""A statement for machines: CSV and JSON, with ISO dates, dot decimals and codes."""

import csv
import io
import json
from dataclasses import asdict
from typing import Any, BinaryIO

from foundation.exports.cells import safe_cell
from royalties.documents import details
from royalties.documents.asked import Asked
from royalties.models import Statement
from royalties.selectors import statements
from royalties.selectors.statements import Shown

SCHEMA = "mediatrack.statement/1"
HEAD = ("statement", "payee", "period", "first_day", "last_day")
BOM = b"\xef\xbb\xbf"


def write_csv(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write a line for each row: its statement and payee, then the row, then the currency."""
    shown = statements.shown(statement)
    head = [safe_cell(text) for text in _head(statement, shown)]
    if asked.bom:
        file.write(BOM)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([*HEAD, *details.NAMES, "currency"])
        for detail in details.of(statement):
            row = map(safe_cell, details.values(detail))
            writer.writerow([*head, *row, statement.currency])
    finally:
        text.detach()


def write_json(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write the frozen content with its hash, the names beside its codes, and every row."""
    shown = statements.shown(statement)
    document = {
        "schema": SCHEMA,
        "sha256": statement.sha256,
        "sha256_of": "content as JSON: keys sorted, no spaces, no escapes but JSON's own, UTF-8",
        "content": statement.content,
        "first_day": statement.first_day.isoformat(),
        "last_day": details.last_day(statement),
        "issued_at": statement.issued_at.isoformat(),
        "names": {
            "holder": {"name": shown.holder.name, "code": shown.holder.code},
            "deals": {part.deal: part.title for part in shown.parts},
        },
    }
    opening = json.dumps(document, ensure_ascii=False, indent=1)[: -len("\n}")]
    file.write(f'{opening},\n "rows": ['.encode())
    for number, detail in enumerate(details.of(statement)):
        row: dict[str, Any] = {name: value for name, value in asdict(detail).items() if value}
        file.write(f"{',' if number else ''}\n  {json.dumps(row, ensure_ascii=False)}".encode())
    file.write(b"\n ]\n}\n")


def _head(statement: Statement, shown: Shown) -> tuple[str, ...]:
    return (
        statement.number,
        shown.holder.reference,
        statement.period,
        statement.first_day.isoformat(),
        details.last_day(statement),
    )
