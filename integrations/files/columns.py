"""Columns of a batch: distinct cells and what they mean, and which row has which."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from foundation.exports.cells import plain_cell

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.bool_]


@dataclass
class Cells:
    """The distinct cells of one column as the file has them; ``values`` are what they say."""

    raw: pa.Array
    codes: Codes
    quotes: bool = False

    @classmethod
    def of(cls, column: pa.Array, *, quotes: bool = False) -> "Cells":
        """Return the distinct cells of a string array."""
        coded = column.dictionary_encode()
        return cls(coded.dictionary, coded.indices.to_numpy(zero_copy_only=False), quotes)

    @classmethod
    def alike(cls, cell: str, count: int) -> "Cells":
        """Return a column in which every row has the same cell."""
        return cls(pa.array([cell]), np.zeros(count, np.int32))

    @cached_property
    def values(self) -> list[str]:
        """The distinct cells as text, without the quote that guards a formula."""
        found: list[str] = self.raw.to_pylist()
        return [plain_cell(cell) for cell in found] if self.quotes else found


@dataclass
class Column:
    """The meanings of one field in one batch: the distinct ones, and which row has which."""

    values: pa.Array
    codes: Codes

    def kept(self, good: Rows) -> "Column":
        """Return the column of the good rows alone, with only the meanings they have."""
        if good.all():
            return self
        codes = self.codes[good]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self.values)))
        places = np.zeros(len(self.values), np.int32)
        places[used] = np.arange(len(used), dtype=np.int32)
        return Column(self.values.take(pa.array(used)), places[codes])

    def array(self) -> pa.Array:
        """Return the rows' values."""
        return self.values.take(pa.array(self.codes))

    def where(self, rows: Rows) -> pa.Array:
        """Return the values of some rows."""
        return self.values.take(pa.array(self.codes[rows]))


@dataclass
class Bulk:
    """The good rows of a batch by field, and the places of those to look at one by one."""

    numbers: npt.NDArray[np.int64]
    fields: dict[str, Column]
    doubtful: list[int] = field(default_factory=list)


def flags(marks: Any, codes: Codes) -> Rows:
    """Return which rows have a marked cell."""
    return np.asarray(marks, np.bool_)[codes]
