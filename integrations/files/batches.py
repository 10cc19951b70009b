"""Rows of a text file in columns: thousands at a time where the file is regular.

A stretch of the file without doubtful quotes is split by Arrow; from the first stretch that has any
on, Python's reader splits the rest. Both give the same cells under the same row numbers.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from foundation.exports.cells import plain_cell
from integrations.files import limits
from integrations.files.texts import Row, TextTable, rows_from

_STRETCH = 2 << 20
_ARROW = ("utf-8", "utf-8-sig")


@dataclass
class Batch:
    """Regular rows as one string array per column, and beside them those with too many cells.

    ``quotes``: a cell may hold the quote that ``plain_cell`` takes away; arrays are as written.
    """

    numbers: npt.NDArray[np.int64]
    columns: list[pa.Array]
    odd: list[Row] = field(default_factory=list)
    quotes: bool = False

    def row(self, at: int) -> Row:
        """Return one regular row."""
        cells = [column[at].as_py() for column in self.columns]
        return int(self.numbers[at]), [plain_cell(cell) for cell in cells] if self.quotes else cells


def batches(table: TextTable, after: int, width: int) -> Iterator[Batch]:
    """Yield all rows below row number ``after``; a shorter row is filled up with empty cells."""
    if table.encoding not in _ARROW or width < 2:
        yield from _of_rows((row for row in table.rows() if row[0] > after), width)
        return
    offset = _offset(table, after)
    line = after + 1
    if offset is None:
        yield from _of_rows((row for row in table.rows() if row[0] > after), width)
        return
    with table.path.open("rb") as file:
        file.seek(offset)
        while stretch := _stretch(file):
            regular = _regular(stretch, table.delimiter)
            if regular is None:
                text = rows_from(table, offset, line)
                yield from _of_rows(text, width)
                return
            yield _split(regular, table.delimiter, width, line)
            offset += len(stretch)
            line += stretch.count(b"\n") + (not stretch.endswith(b"\n"))


def _offset(table: TextTable, after: int) -> int | None:
    """Return where the line below ``after`` begins; None if lines can't be told by their ends."""
    with table.path.open("rb") as file:
        for _ in range(after):
            line = file.readline(limits.LINE_CHARACTERS)
            if b"\r" in line.rstrip(b"\r\n") or not line.endswith(b"\n") or line.count(b'"') % 2:
                return None
        return file.tell()


def _stretch(file: io.BufferedReader) -> bytes:
    """Return the next whole lines, about two mebibytes of them."""
    return file.read(_STRETCH) + file.readline(limits.LINE_CHARACTERS + 1)


def _regular(stretch: bytes, delimiter: str) -> bytes | None:
    """Return the stretch if Arrow splits it as Python does, else None.

    That is so where line ends are all alike, quotes stand around whole cells or nowhere, and no
    line is longer than a cell may be.
    """
    ends = np.flatnonzero(np.frombuffer(stretch, np.uint8) == ord("\n"))
    if not len(ends) or np.diff(ends, prepend=-1).max() > limits.CELL_CHARACTERS:
        return None
    if len(stretch) - int(ends[-1]) > limits.CELL_CHARACTERS:
        return None
    if b"\0" in stretch or stretch.count(b"\r") != stretch.count(b"\r\n"):
        return None
    if b'"' in stretch and b'"' in _quoted(delimiter).sub(b"", stretch):
        return None
    return stretch


def _quoted(delimiter: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    return re.compile(
        rb"(?:(?<=[\n" + mark + rb'])|\A)"(?:[^"\r\n]|"")*+"(?=[\r\n' + mark + rb"]|\Z)"
    )


def _split(stretch: bytes, delimiter: str, width: int, first: int) -> Batch:
    names = [str(at) for at in range(width)]
    others: list[tuple[int, str]] = []

    def other(row: pyarrow.csv.InvalidRow) -> str:
        others.append((row.number - 1, row.text))
        return "skip"

    table = pyarrow.csv.read_csv(
        pa.py_buffer(stretch),
        read_options=pyarrow.csv.ReadOptions(
            use_threads=False, column_names=names, block_size=len(stretch) + 1
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=other
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    numbers = np.arange(first, first + table.num_rows + len(others), dtype=np.int64)
    numbers = np.delete(numbers, [at for at, _ in others])
    columns = [_one(column) for column in table.columns]
    odd = [(first + at, text) for at, text in others]
    batch = Batch(numbers, columns, quotes=b"'" in stretch)
    batch.odd = [(number, _cells(text, delimiter, width)) for number, text in odd]
    return batch


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _cells(text: str, delimiter: str, width: int) -> list[str]:
    import csv

    cells = next(csv.reader([text], delimiter=delimiter), [])
    return [plain_cell(cell) for cell in cells] + [""] * (width - len(cells))


def _of_rows(rows: Iterator[Row], width: int) -> Iterator[Batch]:
    """Yield rows that are split already as batches."""
    while some := list(islice(rows, limits.BATCH_ROWS)):
        odd = [row for row in some if len(row[1]) > width]
        regular = [
            (number, cells if len(cells) == width else cells + [""] * (width - len(cells)))
            for number, cells in some
            if len(cells) <= width
        ]
        numbers = np.array([number for number, _ in regular], np.int64)
        turned = zip(*(cells for _, cells in regular), strict=True)
        columns = [pa.array(cells, pa.string()) for cells in turned]
        yield Batch(numbers, columns or [pa.array([], pa.string())] * width, odd)
