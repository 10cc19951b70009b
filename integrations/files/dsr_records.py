"""DDEX DSR flat-file records: which cells each has, and what is wrong with one."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from integrations.files.contract import CellError
from integrations.files.numerals import plain_number
from integrations.files.outcomes import REJECTED

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a record's layout; ``kind`` is i (whole number), d (number) or empty (text)."""

    name: str
    required: bool
    repeats: bool
    kind: str


@cache
def layouts() -> dict[str, tuple[Cell, ...]]:
    """Return the cells of each record type: ``Name:flags``, ! needed, * repeats, i, d."""
    source = resources.files("integrations.files") / "dsr_records.json"
    found: dict[str, tuple[Cell, ...]] = {}
    for record, text in json.loads(source.read_text("utf-8")).items():
        cells = []
        for word in text.split():
            name, _, flags = word.partition(":")
            kind = "i" if "i" in flags else "d" if "d" in flags else ""
            cells.append(Cell(name, "!" in flags, "*" in flags, kind))
        found[record] = tuple(cells)
    return found


def unescaped(text: str) -> str:
    """Return a cell's text without escapes: a backslash keeps the character after it."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def repeats(text: str) -> list[str]:
    """Return the values of a repeated cell; ``\\|`` is a bar inside a value."""
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "|":
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [unescaped(part) for part in [*parts, text[start:]]]


def decimal_text(text: str) -> str | None:
    """Return an XML decimal as plain number text, or None."""
    text = text.strip()
    if not _DECIMAL.match(text) or len(text) > 40:
        return None
    sign = "-" if text.startswith("-") else ""
    head, _, tail = text.lstrip("+-").partition(".")
    return plain_number(f"{sign}{head or '0'}" + (f".{tail}" if tail else ""), "point")


class Record:
    """One row: its number in the file, its type, and its cells by name."""

    __slots__ = ("cells", "row", "type")

    def __init__(self, row: int, cells: list[str]) -> None:
        self.row = row
        self.type = cells[0].strip()
        names = layouts().get(self.type, ())
        self.cells = {cell.name: text for cell, text in zip(names, cells, strict=False) if text}

    def get(self, *names: str) -> str:
        """Return the text of the first of these cells that has any."""
        for name in names:
            if text := self.cells.get(name):
                return unescaped(text).strip()
        return ""

    def first(self, name: str) -> str:
        """Return the first value of a repeated cell."""
        return repeats(self.cells.get(name, ""))[0].strip()

    def number(self, *names: str) -> str | None:
        """Return the first of these cells that has a number, as plain text."""
        for name in names:
            if text := self.cells.get(name):
                return decimal_text(repeats(text)[0])
        return None


def findings(record: Record, given: list[str]) -> list[CellError]:
    """Return what is wrong with a record's cells, one finding for each cell."""
    layout = layouts().get(record.type)
    if layout is None:
        return [
            _finding(
                record.row,
                "RecordType",
                record.type,
                "dsr_record_unknown",
                f"{record.type[:20]!r} is not a record of the flat file standard.",
            )  # fmt: skip
        ]
    found = []
    for at, cell in enumerate(layout):
        text = given[at].strip() if at < len(given) else ""
        if not text:
            if cell.required:
                found.append(
                    _finding(
                        record.row,
                        cell.name,
                        "",
                        "dsr_cell_missing",
                        f"{record.type} needs {cell.name} in cell {at + 1}; it is empty.",
                    )  # fmt: skip
                )
        elif cell.kind and not _readable(cell, text):
            found.append(
                _finding(
                    record.row,
                    cell.name,
                    text,
                    "dsr_number_unreadable",
                    f"{record.type}: cell {at + 1} ({cell.name}) is {text[:40]!r}; a "
                    f"{'whole number' if cell.kind == 'i' else 'number'} was expected.",
                )  # fmt: skip
            )
    return found


def _readable(cell: Cell, text: str) -> bool:
    values = repeats(text) if cell.repeats else [text]
    if cell.kind == "i":
        return all(_INTEGER.match(value.strip()) for value in values)
    return all(not value.strip() or decimal_text(value) is not None for value in values)


def _finding(row: int, column: str, value: str, code: str, message: str) -> CellError:
    return CellError(row, column, value[:120], code, message, "", REJECTED)
