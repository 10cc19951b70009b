"""Where rows go while a file is read: batches of columns, then Parquet with exact integers."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from integrations.files import limits
from integrations.files.columns import Bulk
from integrations.files.contract import DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Line
from integrations.files.numerals import decimals

EXTRA_TEXT = ("kind", "controller")
_EPOCH = date(1970, 1, 1).toordinal()


class LineSink:
    """Accepted lines. Numbers wait as text until the file's own scale is known."""

    def __init__(self, folder: Path) -> None:
        self._waiting = folder / "lines.arrows"
        self._done = folder / "lines.parquet"
        self._schema = pa.schema(
            [("_row", pa.int64())]
            + [(name, pa.string()) for name in (*TEXT_FIELDS, *EXTRA_TEXT)]
            + [(name, pa.date32()) for name in DATE_FIELDS]
            + [(name, pa.string()) for name in NUMBER_FIELDS]
        )
        self._names = self._schema.names
        self._writer = pa.ipc.new_stream(str(self._waiting), self._schema)
        self._rows: list[tuple[Any, ...]] = []
        self._bulk: pa.RecordBatch | None = None
        self.scales = dict.fromkeys(NUMBER_FIELDS, 0)
        self._digits = dict.fromkeys(NUMBER_FIELDS, 0)

    def add_bulk(self, bulk: Bulk) -> None:
        """Add many lines, after those that ``add`` got before; ``settle`` puts them in order."""
        count = len(bulk.numbers)
        for name in NUMBER_FIELDS:
            if name in bulk.fields:
                self._widen_to(name, bulk.fields[name].values)
        columns = [pa.array(bulk.numbers)]
        for name, kind in zip(self._names[1:], self._schema.types[1:], strict=True):
            column = bulk.fields.get(name)
            columns.append(column.array() if column else pa.nulls(count, kind))
        self._bulk = pa.RecordBatch.from_arrays(columns, schema=self._schema)

    def settle(self) -> None:
        """Write what the last batch brought, in the order of the file's rows."""
        bulk, self._bulk = self._bulk, None
        if bulk is None or not bulk.num_rows:
            return
        if self._rows:
            table = pa.Table.from_batches([bulk, self._batch()])
            bulk = table.sort_by("_row").combine_chunks()
            self._writer.write_table(bulk)
        else:
            self._writer.write_batch(bulk)

    def _widen_to(self, name: str, values: pa.Array) -> None:
        """Make room for all of these numbers."""
        length, point = pc.utf8_length(values), pc.find_substring(values, ".")
        shown = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(length, point), 1))
        most, widest = pc.max(shown).as_py(), pc.max(pc.subtract(length, shown)).as_py()
        self.scales[name] = max(self.scales[name], most or 0)
        self._digits[name] = max(self._digits[name], widest or 0)

    def _widen(self, name: str, value: str) -> None:
        shown = decimals(value)
        if shown > self.scales[name]:
            self.scales[name] = shown
        if len(value) - shown > self._digits[name]:
            self._digits[name] = len(value) - shown

    def add(self, row: int, fields: dict[str, Any]) -> None:
        """Add one line: text fields, days, and numbers as plain text; missing ones are None."""
        for name in NUMBER_FIELDS:
            value = fields.get(name)
            if value is not None:
                self._widen(name, value)
        fields["_row"] = row
        self._rows.append(tuple(map(fields.get, self._names)))
        if len(self._rows) >= limits.BATCH_ROWS and self._bulk is None:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_batch(self._batch())

    def _batch(self) -> pa.RecordBatch:
        """Return the lines added one by one, and forget them."""
        columns = []
        for (name, values), kind in zip(
            zip(self._names, zip(*self._rows, strict=True), strict=True),
            self._schema.types,
            strict=True,
        ):
            if name in DATE_FIELDS:
                days = [None if day is None else day.toordinal() - _EPOCH for day in values]
                columns.append(pa.array(days, pa.int32()).cast(kind))
            else:
                columns.append(pa.array(values, kind))
        self._rows.clear()
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)

    def close(self) -> str:
        """Write the Parquet file, numbers as whole numbers at the file's scale; return its path."""
        self._flush()
        self._writer.close()
        schema = pa.schema([self._final(field) for field in self._schema])
        with (
            pa.OSFile(str(self._waiting)) as source,
            pa.ipc.open_stream(source) as batches,
            pq.ParquetWriter(self._done, schema, compression="zstd") as out,
        ):
            for batch in batches:
                out.write_table(pa.table([*self._exact(batch, schema)], schema=schema))
        self._waiting.unlink()
        return str(self._done)

    def _final(self, field: pa.Field) -> pa.Field:
        name, scale = field.name, self.scales.get(field.name)
        if scale is None:
            return field
        if self._digits[name] + scale <= 18:
            return pa.field(name, pa.int64(), metadata={"scale": str(scale)})
        return pa.field(name, pa.decimal128(38, scale))

    def _exact(self, batch: pa.RecordBatch, schema: pa.Schema) -> Iterator[pa.Array]:
        for field in schema:
            column = batch.column(field.name)
            if field.name not in self.scales:
                yield column
                continue
            exact = pc.cast(column, pa.decimal128(38, self.scales[field.name]))
            yield _unscaled(exact) if pa.types.is_int64(field.type) else exact


def _unscaled(column: pa.Array) -> pa.Array:
    """Return a decimal column's digits as int64: times ten to the scale, exactly."""
    shift = pa.scalar(10**column.type.scale, pa.decimal128(19, 0))
    narrow = pc.cast(column, pa.decimal128(18, column.type.scale))
    return pc.cast(pc.multiply(narrow, shift), pa.int64())


class BadSink:
    """Rows not accepted, as the file had them, led by what was found about them.

    ``_row``, ``_outcome``, ``_error``, and the money as read: ``_currency`` and ``_amount``.
    """

    def __init__(self, folder: Path, headings: list[str]) -> None:
        self._path = folder / "bad.parquet"
        self._schema = pa.schema(
            [("_row", pa.int64())]
            + [(name, pa.string()) for name in ("_outcome", "_error", "_currency", "_amount")]
            + [(name, pa.string()) for name in headings]
        )
        self._width = len(headings)
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._rows: list[list[Any]] = []
        self._characters = 0

    def add(self, row: int, error: str, line: Line, cells: list[str]) -> None:
        """Add one row; cells beyond the header have been named in ``error``."""
        kept = [*cells[: self._width], *[""] * (self._width - len(cells))]
        self._rows.append([row, line.outcome, error, line.currency, line.amount, *kept])
        self._characters += sum(map(len, kept))
        if len(self._rows) >= limits.BATCH_ROWS or self._characters > limits.BATCH_CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            arrays = [
                pa.array(values, kind)
                for values, kind in zip(
                    zip(*self._rows, strict=True), self._schema.types, strict=True
                )
            ]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows.clear()
            self._characters = 0

    def close(self) -> str:
        """Finish the Parquet file and return its path."""
        self._flush()
        self._writer.close()
        return str(self._path)
