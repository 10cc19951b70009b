"""Many rows at once: what a cell means is found once for each distinct cell, by the row reader.

Rows in which any cell is doubtful are left to ``RowReader.line``, one by one. So a row is read the
same on either way; ``tests/integrations/test_batches.py`` holds the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from foundation.exports.cells import plain_cell
from integrations.files.batches import Batch
from integrations.files.columns import Bulk, Column
from integrations.files.contract import DATE_FIELDS, NUMBER_FIELDS, Line
from integrations.files.days import span
from integrations.files.identifiers import public_kind
from integrations.files.numerals import plain_number
from integrations.files.rows import RowReader

_REMEMBERED = 200_000
Meaning = tuple[Any, bool]  # what a cell means, and whether its row has to be looked at by itself


class BulkReader:
    """Reads batches under a ``RowReader``'s profile. ``stands_out`` tells cells of total rows;
    ``skips`` are (test, place) of the rules for rows that are no sales lines."""

    def __init__(
        self,
        reader: RowReader,
        stands_out: Callable[[str], bool],
        skips: Sequence[tuple[Callable[[str], bool], int]],
    ) -> None:
        self._reader, self._stands_out, self._skips = reader, stands_out, skips
        self._known: dict[str, dict[str, Meaning]] = {}
        self._marked: dict[str, bool] = {}

    def read(self, batch: Batch) -> Bulk:
        """Return what the batch's regular rows say."""
        count = len(batch.numbers)
        doubt = np.zeros(count, np.bool_)
        cells = [self._distinct(column, batch.quotes) for column in batch.columns]
        for column in cells:
            doubt |= self._marks(column)
        for test, at in self._skips:
            if at < len(cells):
                doubt |= np.array([test(cell) for cell in cells[at].values], np.bool_)[
                    cells[at].codes
                ]
        for column in cells[len(self._reader.headings.cells) :]:
            doubt |= np.array([bool(cell.strip()) for cell in column.values], np.bool_)[
                column.codes
            ]
        fields: dict[str, Column] = {}
        for name in dict.fromkeys(("amount", "currency", *self._reader.getters)):
            source = self._source(name, cells, count)
            meanings = [self._meaning(name, cell) for cell in source.values]
            doubt |= np.array([odd for _, odd in meanings], np.bool_)[source.codes]
            fields[name] = Column([value for value, _ in meanings], source.codes)
        _settle_days(fields)
        good = ~doubt
        kept = {name: column.kept(good) for name, column in fields.items()}
        return Bulk(batch.numbers[good], kept, np.flatnonzero(doubt).tolist())

    def _distinct(self, column: pa.Array, quotes: bool) -> Column:
        coded = column.dictionary_encode()
        values = coded.dictionary.to_pylist()
        if quotes:
            values = [plain_cell(cell) for cell in values]
        return Column(values, coded.indices.to_numpy(zero_copy_only=False))

    def _marks(self, column: Column) -> npt.NDArray[np.bool_]:
        """Return which rows hold a cell that may make them a total."""
        if len(self._marked) > _REMEMBERED:
            self._marked.clear()
        known, test = self._marked, self._stands_out
        marks = []
        for cell in column.values:
            if cell[:1].isdecimal():  # no label of a total begins so
                marks.append(False)
                continue
            mark = known.get(cell)
            if mark is None:
                mark = known[cell] = test(cell)
            marks.append(mark)
        return np.array(marks, np.bool_)[column.codes]

    def _source(self, name: str, cells: list[Column], count: int) -> Column:
        """Return the text a field is read from, as the row reader's getter gives it."""
        places = self._reader.places.get(name)
        if places is None or not count:
            getter = self._reader.getters.get(name)
            return Column([getter([]) if getter else ""], np.zeros(count, np.int32))
        if len(places) == 1:
            default = self._reader.profile.columns[name].default
            (at,) = places
            return Column([cell or default for cell in cells[at].values], cells[at].codes)
        texts = [[cells[at].values[code] for code in cells[at].codes] for at in places]
        getter = self._reader.getters[name]
        spread = dict(zip(places, range(len(places)), strict=True))
        row = [""] * (max(places) + 1)
        joined = []
        for parts in zip(*texts, strict=True):
            for at, part in spread.items():
                row[at] = parts[part]
            joined.append(getter(row))
        return self._distinct(pa.array(joined, pa.string()), quotes=False)

    def _meaning(self, name: str, cell: str) -> Meaning:
        known = self._known.setdefault(name, {})
        found = known.get(cell)
        if found is None:
            if len(known) > _REMEMBERED:
                known.clear()
            found = known[cell] = self._found(name, cell)
        return found

    def _found(self, name: str, cell: str) -> Meaning:
        line = Line()
        if name in NUMBER_FIELDS:
            if not cell.strip():
                return None, name == "amount"
            plain = plain_number(cell, self._reader.style)
            return plain, plain is None
        if name == "currency":
            self._reader.read_currency(0, cell, line)
            return line.currency or None, bool(line.errors)
        if name in DATE_FIELDS:
            text = cell.strip()
            days = span(text, self._reader.profile.day_order) if text else None
            return days, bool(text) and days is None
        if cell:
            self._reader.read_field(0, name, cell, line)
        odd = bool(line.errors) or name == "own" and bool(public_kind(cell.strip()))
        return line.fields.get(name), odd


def _rows_where(test: Callable[[str], object], column: Column) -> npt.NDArray[np.bool_]:
    return np.array([bool(test(cell)) for cell in column.values], np.bool_)[column.codes]


def _settle_days(fields: dict[str, Column]) -> None:
    """Turn spans into the first day sold and the last day of use."""
    sold, ended = fields.get("sold_on"), fields.get("usage_end")
    first, last = _ends(sold, 0), _ends(sold, 1)
    if sold is not None and first is not None:
        fields["sold_on"] = first
    if ended is None:
        if last is not None:
            fields["usage_end"] = last
        return
    own = _ends(ended, 1)
    assert own is not None
    if last is None:
        fields["usage_end"] = own
        return
    pairs = own.codes.astype(np.int64) * len(last.values) + last.codes
    used, codes = np.unique(pairs, return_inverse=True)
    values = []
    for pair in used.tolist():
        mine, other = divmod(pair, len(last.values))
        values.append(own.values[mine] or last.values[other])
    fields["usage_end"] = Column(values, codes.astype(np.int32))


def _ends(column: Column | None, end: int) -> Column | None:
    if column is None:
        return None
    return Column([None if days is None else days[end] for days in column.values], column.codes)
