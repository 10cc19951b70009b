"""Sales lines as columns: dictionary-encoded text, exact numbers, each line with file and row."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from kernel.errors import InvalidValue
from royalties.engine.columns import Array, Col
from royalties.engine.errors import QuantityMissing, at_row
from royalties.engine.values import number, text
from royalties.engine.words import Words

IDENTITY = ("_file", "_row")


class Lines:
    """Lines in columns: text, numbers with the mask of those present, and where each stands."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.texts: dict[str, Words] = {}
        self.numbers: dict[str, tuple[Col, Array]] = {}
        self.files: Words | None = None
        self.rows: Array = np.arange(1, count + 1, dtype=np.int64)

    @classmethod
    def from_rows(cls, rows: Sequence[dict[str, Any]]) -> "Lines":
        """Return rows (text, whole numbers, dates; None and "" are missing) as columns.

        ``_file`` and ``_row`` name where a row stands; without them rows count from 1.
        """
        lines = cls(len(rows))
        names = dict.fromkeys(name for row in rows for name in row)
        for name in names:
            if name not in IDENTITY:
                lines.texts[name] = Words.of([_plain(row.get(name), name) for row in rows])
        if "_file" in names:
            lines.files = Words.of([row.get("_file") for row in rows])
        if "_row" in names:
            lines.rows = np.array([int(row["_row"]) for row in rows], dtype=np.int64)
        return lines

    @classmethod
    def from_arrow(cls, table: pa.Table) -> "Lines":
        """Return an Arrow table as columns.

        Numbers are decimal128, or int64 with the field's metadata ``scale``; everything else is
        text (dictionary or plain) or date32. ``_file`` and ``_row`` as in ``from_rows``.
        """
        lines = cls(table.num_rows)
        for field in table.schema:
            column = table.column(field.name)
            if field.name == "_row":
                lines.rows = column.to_numpy().astype(np.int64)
            elif field.name == "_file":
                lines.files = words_of(column)
            elif pa.types.is_decimal(field.type) or pa.types.is_integer(field.type):
                lines.numbers[field.name] = _from_numbers(column, field)
            elif pa.types.is_floating(field.type):
                raise InvalidValue(f"Column {field.name} is floating point; give decimals.")
            else:
                lines.texts[field.name] = words_of(column)
        return lines

    def take(self, index: Array) -> "Lines":
        """Return the lines at ``index`` (positions or a mask), in that order."""
        rows = self.rows[index]
        some = Lines(len(rows))
        some.rows = rows
        some.texts = {name: words.take(index) for name, words in self.texts.items()}
        some.numbers = {
            name: (col.take(index), present[index]) for name, (col, present) in self.numbers.items()
        }
        if self.files is not None:
            some.files = self.files.take(index)
        return some

    def row(self, at: int) -> tuple[str, int]:
        """Return the file (empty when there is only one) and row of a line."""
        file = self.files.at(at) if self.files is not None else None
        return file or "", int(self.rows[at])

    def has(self, name: str) -> bool:
        """Return whether any column has this name."""
        return name in self.texts or name in self.numbers

    def text(self, name: str) -> Words:
        """Return a column as text: distinct values, and a code for each line (-1: missing)."""
        if name not in self.texts:
            if name not in self.numbers:
                return Words.constant(None, self.count)
            col, present = self.numbers[name]
            distinct, codes = np.unique(col.num, return_inverse=True)
            values = [text(Fraction(int(value), col.den)) for value in distinct.tolist()]
            self.texts[name] = Words.numbered(values, np.where(present, codes, -1))
        return self.texts[name]

    def number(self, name: str) -> tuple[Col, Array]:
        """Return a column as exact numbers and the mask of the lines that have one."""
        if name not in self.numbers:
            values, codes = self.text(name)
            try:
                exact = [number(value) for value in values]
            except InvalidValue:
                self._refuse_text(name, values, codes)
                raise
            col = Col.fractions([*exact, Fraction(0)])
            self.numbers[name] = (col.take(codes), codes >= 0)
        return self.numbers[name]

    def _refuse_text(self, name: str, values: list[str], codes: Array) -> None:
        for at in range(self.count):
            code = int(codes[at])
            if code < 0:
                continue
            try:
                number(values[code])
            except InvalidValue as error:
                raise QuantityMissing(
                    f"{where(self, at)}: {name} is {values[code]!r}, which is not a number. "
                    "Correct the cell.",
                    **at_row(self.row(at), column=name),
                ) from error


def where(lines: Lines, at: int) -> str:
    """Return how people find a line: file and row."""
    file, row = lines.row(at)
    return f"{file} row {row}" if file else f"Row {row}"


def _plain(value: Any, name: str) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | float):
        raise InvalidValue(f"{name}: {value!r} must be written as text.")
    return value if isinstance(value, str) else text(number(value))


def words_of(column: Any) -> Words:
    """Return an Arrow column of text or days (dictionary or plain) as words."""
    if not pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        column = column.dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        if not column.num_chunks:
            return Words.constant(None, 0)
        column = column.chunk(0)
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Words.numbered([str(value) for value in column.dictionary.to_pylist()], codes)


def _from_numbers(column: Any, field: Any) -> tuple[Col, Array]:
    present = column.is_valid().to_numpy()
    if pa.types.is_integer(field.type):
        scale = int((field.metadata or {}).get(b"scale", b"0"))
        num = column.fill_null(0).to_numpy().astype(np.int64)
        return Col.of(num, 10**scale), present
    scale = field.type.scale
    parts = [_limbs(chunk) for chunk in column.chunks]
    num = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    num[~present] = 0
    return Col.of(num, 10**scale), present


def _limbs(chunk: Any) -> Array:
    """Return a decimal column's whole numbers of its last place, as int64 where all fit."""
    raw = np.frombuffer(chunk.buffers()[1], dtype="<i8").reshape(-1, 2)
    raw = raw[chunk.offset : chunk.offset + len(chunk)]
    low, high = raw[:, 0].copy(), raw[:, 1]
    fits = (low >> 63) == high
    if chunk.null_count:
        fits |= ~chunk.is_valid().to_numpy(zero_copy_only=False)  # what lies there means nothing
    if bool(fits.all()):
        return low
    wide: Array = high.astype(object) * (1 << 64) + low.view(np.uint64).astype(object)
    return wide
