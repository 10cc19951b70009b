"""Text as columns of numbers, and rows that are alike found by those numbers."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from royalties.engine.columns import Array

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


def distinct(columns: Sequence[Array]) -> tuple[Array, Array]:
    """Find the distinct rows of columns of small numbers.

    Returns where each stands first, in the order of the columns, and each row's number in it.
    """
    keys, size = _combined(columns)
    count = len(keys)
    if size > max(DENSE, 4 * count):
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return first, inverse
    at = np.full(size, -1, dtype=np.int64)
    at[keys[::-1]] = np.arange(count - 1, -1, -1, dtype=np.int64)
    there = np.flatnonzero(at >= 0)
    number = np.zeros(size, dtype=np.int64)
    number[there] = np.arange(len(there), dtype=np.int64)
    return at[there], number[keys]


def _combined(columns: Sequence[Array]) -> tuple[Array, int]:
    """Return one number for each row, in the order of the columns, and how many there may be."""
    keys = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns if len(keys) else ():
        low = int(column.min())
        width = int(column.max()) - low + 1
        if width == 1:
            continue
        if size * width >= 1 << 62:
            _, keys = np.unique(keys, return_inverse=True)
            size = int(keys.max()) + 1
        keys = keys * width + (column.astype(np.int64) - low)
        size *= width
    return keys, size
