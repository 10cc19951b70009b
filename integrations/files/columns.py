"""Columns of a batch: the distinct meanings of its cells, and which row has which."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class Column:
    """The meanings of one field in one batch: the distinct ones, and which row has which."""

    values: list[Any]
    codes: Codes

    def kept(self, good: npt.NDArray[np.bool_]) -> "Column":
        """Return the column of the good rows alone, with only the meanings they have."""
        used, codes = np.unique(self.codes[good], return_inverse=True)
        return Column([self.values[at] for at in used], codes.astype(np.int32))

    def array(self, kind: pa.DataType) -> pa.Array:
        """Return the rows' values."""
        if pa.types.is_date(kind):
            days = [None if day is None else day.toordinal() - _EPOCH for day in self.values]
            return pa.array(days, pa.int32()).take(pa.array(self.codes)).cast(kind)
        return pa.array(self.values, kind).take(pa.array(self.codes))


@dataclass
class Bulk:
    """The good rows of a batch by field, and the places of those to look at one by one."""

    numbers: npt.NDArray[np.int64]
    fields: dict[str, Column]
    doubtful: list[int] = field(default_factory=list)
