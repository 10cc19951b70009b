"""Text as columns of numbers, and rows that are alike found by those numbers."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from royalties.engine.columns import Array, chunks

DENSE = 1 << 16


class Words(NamedTuple):
    """Text: the distinct values in order, and each row's number among them (-1: none).

    Comparing numbers therefore compares text, missing before present.
    """

    values: list[str]
    codes: Array

    @classmethod
    def of(cls, listed: Sequence[str | None]) -> "Words":
        """Return text row by row as a column."""
        values = sorted({value for value in listed if value is not None})
        number: dict[str | None, int] = {value: at for at, value in enumerate(values)}
        number[None] = -1
        codes = np.fromiter((number[value] for value in listed), np.int32, len(listed))
        return cls(values, codes)

    @classmethod
    def numbered(cls, values: Sequence[str], codes: Array) -> "Words":
        """Return text already numbered, in any order, as a column; "" is missing."""
        found = cls(list(values), codes)
        return found.among(sorted({value for value in values if value}))

    @classmethod
    def constant(cls, value: str | None, count: int) -> "Words":
        """Return the same text in every row."""
        values = [] if value is None else [value]
        return cls(values, np.full(count, len(values) - 1, dtype=np.int32))

    @classmethod
    def joined(cls, blocks: Iterable["Words"]) -> "Words":
        """Return columns one below the other."""
        blocks = list(blocks)
        values = sorted({value for block in blocks for value in block.values})
        empty = np.zeros(0, dtype=np.int32)
        return cls(values, np.concatenate([empty, *(b.among(values).codes for b in blocks)]))

    def among(self, values: list[str]) -> "Words":
        """Return the same text numbered by ``values``; what they lack is missing."""
        if values == self.values:
            return Words(values, self.codes)
        number = {value: at for at, value in enumerate(values)}
        codes = np.array([*(number.get(value, -1) for value in self.values), -1], dtype=np.int32)
        return Words(values, codes[self.codes])

    def take(self, index: Array) -> "Words":
        """Return the rows at ``index`` (positions or a mask)."""
        return Words(self.values, self.codes[index])

    def used(self) -> "Words":
        """Return the same text with only those values that stand in a row."""
        found = np.unique(self.codes)
        return self.among([self.values[at] for at in found.tolist() if at >= 0])

    def at(self, row: int) -> str | None:
        """Return one row's text."""
        code = int(self.codes[row])
        return self.values[code] if code >= 0 else None

    def texts(self) -> list[str | None]:
        """Return the text row by row."""
        values: list[str | None] = [*self.values, None]
        return [values[code] for code in self.codes.tolist()]


class Alike:
    """Finds the rows that are alike in every column added; columns hold small numbers."""

    def __init__(self, count: int) -> None:
        self.keys = np.zeros(count, dtype=np.int64)
        self.size = 1

    def add(self, column: Array, index: Array | None = None) -> None:
        """Add a column of as many rows, or the rows at ``index`` of a longer one."""
        if not len(self.keys):
            return
        low = int(column.min())
        width = int(column.max()) - low + 1
        if width == 1:
            return
        if self.size * width >= 1 << 62:
            self._compress()
        for part in chunks(len(self.keys)):
            self.keys[part] *= width
            self.keys[part] += column[part] if index is None else column[index[part]]
            self.keys[part] -= low
        self.size *= width

    def found(self) -> tuple[Array, Array]:
        """Return where each distinct row stands first, and each row's number among those.

        They are in the order of the columns' numbers, the first column before the second.
        """
        count = len(self.keys)
        if self.size > max(DENSE, count // 4):
            self._compress()
        at = np.full(self.size, -1, dtype=np.int64)
        for part in reversed(list(chunks(count))):
            at[self.keys[part][::-1]] = np.arange(part.stop - 1, part.start - 1, -1)
        there = np.flatnonzero(at >= 0)
        number = np.zeros(self.size, dtype=np.int32)
        number[there] = np.arange(len(there), dtype=np.int32)
        return at[there], number[self.keys]

    def _compress(self) -> None:
        """Number the keys anew, without gaps and in the same order."""
        coded = pa.array(self.keys).dictionary_encode()
        order = np.argsort(coded.dictionary.to_numpy())
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        self.keys, self.size = number[coded.indices.to_numpy()], len(order)


def distinct(columns: Sequence[Array]) -> tuple[Array, Array]:
    """Return the distinct rows of columns, as ``Alike`` finds them."""
    alike = Alike(len(columns[0]))
    for column in columns:
        alike.add(column)
    return alike.found()
