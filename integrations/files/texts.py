"""Rows of CSV and TSV files, streamed under caps."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from foundation.exports.cells import plain_cell
from integrations.files import limits
from integrations.files.contract import UnreadableFile
from integrations.files.encodings import chosen, detected

DELIMITERS = (",", ";", "\t", "|")
Row = tuple[int, list[str]]

csv.field_size_limit(limits.CELL_CHARACTERS)


class TextTable:
    """A delimited text file. ``rows`` may be called again and again, and holds one row."""

    kind = "csv"
    sheet = ""

    def __init__(self, path: Path, delimiter: str = "", encoding: str = "") -> None:
        self.path = path
        self.encoding, self.reason = chosen(path, encoding) if encoding else detected(path)
        self.delimiter = delimiter or self._delimiter()

    def sheets(self) -> list[str]:
        """Return the names of the tables inside: a text file has none."""
        return []

    def rows(self) -> Iterator[Row]:
        """Yield (line number, cells); a cell that spans lines counts from its first line."""
        yield from _rows(self.path, self.encoding, self.delimiter)

    def _delimiter(self) -> str:
        best = (0, 0, ",")
        for order, delimiter in enumerate(DELIMITERS):
            widths: dict[int, int] = {}
            try:
                for _, cells in self._head(delimiter):
                    if len(cells) > 1:
                        widths[len(cells)] = widths.get(len(cells), 0) + 1
            except UnreadableFile:
                continue
            if widths:
                width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
                best = max(best, (count * min(width, 50), -order, delimiter))
        return best[2]

    def _head(self, delimiter: str) -> Iterator[Row]:
        for at, row in enumerate(_rows(self.path, self.encoding, delimiter)):
            if at >= limits.HEADER_SEARCH_ROWS:
                return
            yield row


def _lines(file: TextIOWrapper, last: list[int]) -> Iterator[str]:
    while line := file.readline(limits.LINE_CHARACTERS + 1):
        last[0] += 1
        if len(line) > limits.LINE_CHARACTERS:
            raise UnreadableFile(
                f"Line {last[0]} is longer than {limits.LINE_CHARACTERS} characters. "
                "Check the file's line ends and quotes.",
                row=last[0],
            )
        yield line


def rows_from(table: TextTable, offset: int, line: int) -> Iterator[Row]:
    """Yield the rows from a byte offset on, where the line with that number begins."""
    yield from _rows(table.path, table.encoding, table.delimiter, offset, line)


def _rows(
    path: Path, encoding: str, delimiter: str, offset: int = 0, line: int = 1
) -> Iterator[Row]:
    last = [line - 1]
    with path.open("rb") as raw:
        raw.seek(offset)
        file = TextIOWrapper(raw, encoding=encoding, newline="")
        reader = csv.reader(_lines(file, last), delimiter=delimiter, strict=False)
        while True:
            first = last[0] + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise UnreadableFile(
                    f"Row {first} can't be read: {error}. A quote may be missing its partner.",
                    row=first,
                ) from None
            if len(cells) > limits.COLUMNS:
                raise UnreadableFile(
                    f"Row {first} has {len(cells)} columns; at most {limits.COLUMNS} are read.",
                    row=first,
                )
            yield first, [plain_cell(cell) for cell in cells]
