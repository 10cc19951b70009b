"""Many rows at once: what a cell means is found once for each distinct cell, by the row reader.

Rows in which any cell is doubtful are left to ``RowReader.line``, one by one. So a row is read the
same on either way; ``tests/integrations/test_batches.py`` holds the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from integrations.files.batches import Batch
from integrations.files.columns import Bulk, Cells, Column, Rows, flags
from integrations.files.contract import DATE_FIELDS, NUMBER_FIELDS, Line
from integrations.files.days import span
from integrations.files.identifiers import public_kind
from integrations.files.numerals import POINT, plain_number
from integrations.files.rows import RowReader

_REMEMBERED = 50_000
# A number that is plain text already; "-0" in its many forms is none.
_PLAIN = r"^(?:[0-9]{1,15}|-0*[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
# Only a cell with this in it may be the label of a total, once accents and case are gone.
_LABEL = r"(?i)total|[^\x00-\x7f]"
Meaning = tuple[Any, bool]  # what a cell means, and whether its row has to be looked at by itself


class BulkReader:
    """Reads batches under a ``RowReader``'s profile. ``stands_out`` tells cells of total rows;
    ``skips`` are (test, place) of the rules for rows that are no sales lines."""

    def __init__(
        self,
        reader: RowReader,
        stands_out: Callable[[str], bool] | None,
        skips: Sequence[tuple[Callable[[str], bool], int]],
    ) -> None:
        self._reader, self._stands_out, self._skips = reader, stands_out, skips
        self._known: dict[str, dict[str, Meaning]] = {}

    def read(self, batch: Batch) -> Bulk:
        """Return what the batch's regular rows say."""
        count = len(batch.numbers)
        cells = [Cells.of(column, quotes=batch.quotes) for column in batch.columns]
        doubt = self._set_apart(cells, count)
        fields: dict[str, Column] = {}
        spans: dict[str, tuple[list[Any], Cells]] = {}
        for name in dict.fromkeys(("amount", "currency", *self._reader.getters)):
            source = self._source(name, cells, count)
            if name in NUMBER_FIELDS:
                values, odd = self._numbers(name, source)
                fields[name] = Column(values, source.codes)
            else:
                meanings = [self._meaning(name, cell) for cell in source.values]
                found, odd = [value for value, _ in meanings], [odd for _, odd in meanings]
                if name in DATE_FIELDS:
                    spans[name] = found, source
                else:
                    fields[name] = Column(pa.array(found, pa.string()), source.codes)
            doubt |= flags(odd, source.codes)
        fields |= _days(spans)
        good = ~doubt
        kept = {name: column.kept(good) for name, column in fields.items()}
        return Bulk(batch.numbers[good], kept, np.flatnonzero(doubt).tolist())

    def _set_apart(self, cells: list[Cells], count: int) -> Rows:
        """Return which rows may be totals, are skipped by a rule, or reach beyond the header."""
        apart = np.zeros(count, np.bool_)
        if self._stands_out is not None:
            for column in cells:
                labels = np.array(pc.match_substring_regex(column.raw, _LABEL))
                for at in np.flatnonzero(labels).tolist():
                    labels[at] = self._stands_out(column.values[at])
                apart |= flags(labels, column.codes)
        for test, at in self._skips:
            if at < len(cells):
                apart |= flags([test(cell) for cell in cells[at].values], cells[at].codes)
        for column in cells[len(self._reader.headings.cells) :]:
            apart |= flags([bool(cell.strip()) for cell in column.values], column.codes)
        return apart

    def _source(self, name: str, cells: list[Cells], count: int) -> Cells:
        """Return the text a field is read from, as the row reader's getter gives it."""
        places, getter = self._reader.places.get(name), self._reader.getters.get(name)
        if getter is None:
            return Cells.alike("", count)
        if places is None or not count:
            return Cells.alike(getter([]), count)
        if len(places) == 1:
            column = cells[places[0]]
            default = self._reader.profile.columns[name].default
            if not default:
                return column
            return Cells(pa.array([cell or default for cell in column.values]), column.codes)
        texts = [[cells[at].values[code] for code in cells[at].codes.tolist()] for at in places]
        row, joined = [""] * (max(places) + 1), []
        for parts in zip(*texts, strict=True):
            for at, part in zip(places, parts, strict=True):
                row[at] = part
            joined.append(getter(row))
        return Cells.of(pa.array(joined, pa.string()))

    def _numbers(self, name: str, source: Cells) -> tuple[pa.Array, list[bool]]:
        """Return the distinct numbers as plain text, and which cells are none."""
        plain = np.zeros(len(source.raw), np.bool_)
        if self._reader.style == POINT:
            plain = np.array(pc.match_substring_regex(source.raw, _PLAIN))
        odd = np.zeros(len(plain), np.bool_)
        if plain.all():
            return source.raw, odd.tolist()
        values: list[str | None] = list(source.values)
        for at in np.flatnonzero(~plain).tolist():
            values[at], odd[at] = self._number(name, source.values[at])
        return pa.array(values, pa.string()), odd.tolist()

    def _number(self, name: str, cell: str) -> tuple[str | None, bool]:
        if not cell.strip():
            return None, name == "amount"
        plain = plain_number(cell, self._reader.style)
        return plain, plain is None

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
        if name == "currency":
            self._reader.read_currency(0, cell, line)
            return line.currency or None, bool(line.errors)
        if name in DATE_FIELDS:
            text = cell.strip()
            days = span(text, self._reader.profile.day_order) if text else None
            return days, bool(text) and days is None
        if cell:
            self._reader.read_field(0, name, cell, line)
        odd = bool(line.errors) or (name == "own" and bool(public_kind(cell.strip())))
        return line.fields.get(name), odd


def _days(spans: dict[str, tuple[list[Any], Cells]]) -> dict[str, Column]:
    """Return the first day sold and the last day of use; without the latter, the last day sold."""
    fields: dict[str, Column] = {}
    sold, used = spans.get("sold_on"), spans.get("usage_end")
    if sold is not None:
        fields["sold_on"] = _ends(*sold, 0)
        fields["usage_end"] = _ends(*sold, 1)
    if used is None:
        return fields
    if sold is None:
        fields["usage_end"] = _ends(*used, 1)
        return fields
    pairs = used[1].codes.astype(np.int64) * len(sold[0]) + sold[1].codes
    distinct, codes = np.unique(pairs, return_inverse=True)
    ends = []
    for pair in distinct.tolist():
        own, other = used[0][pair // len(sold[0])], sold[0][pair % len(sold[0])]
        ends.append(own[1] if own else other[1] if other else None)
    fields["usage_end"] = Column(pa.array(ends, pa.date32()), codes.astype(np.int32))
    return fields


def _ends(spans: list[Any], cells: Cells, end: int) -> Column:
    days = [None if days is None else days[end] for days in spans]
    return Column(pa.array(days, pa.date32()), cells.codes)
