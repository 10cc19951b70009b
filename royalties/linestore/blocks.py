"""Blocks of lines as Parquet bytes, and back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from royalties.engine.columns import Array
from royalties.linestore.keys import KEY_COLUMNS

BLOCK_LINES = 262_144
AT_ONCE = 2  # blocks packed at the same time
KEY = "_key"
ROW = "_row"


@dataclass(frozen=True, slots=True)
class Packed:
    """One block: its lines, its bytes and their hash."""

    number: int
    lines: int
    data: bytes
    sha256: str


def read(path: Path) -> pa.Table:
    """Return the lines of a Parquet file, texts as dictionaries."""
    with pq.ParquetFile(path) as file:
        texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    # read_table would load 50 MiB of code, and each thread that reads keeps memory of its own.
    return pq.ParquetFile(path, read_dictionary=texts).read(use_threads=False)


def prepared(table: pa.Table, codes: Array) -> pa.Table:
    """Return the lines as they are kept: the key's number in place of the texts that name works.

    Texts and days become dictionaries of text; whole numbers keep their field's scale.
    """
    fields, columns = [], []
    for field in table.schema:
        if field.name in KEY_COLUMNS:
            continue
        column = table.column(field.name)
        if column.null_count == table.num_rows:
            continue
        if not _is_number(field.type):
            column = _texts(column)
        fields.append(pa.field(field.name, column.type, metadata=field.metadata))
        columns.append(column)
    fields.append(pa.field(KEY, pa.int32()))
    columns.append(pa.array(codes, pa.int32()))
    return pa.table(columns, schema=pa.schema(fields))


def packed(table: pa.Table) -> Iterator[Packed]:
    """Yield the blocks of a prepared table, in the order of its rows."""
    starts = list(range(0, table.num_rows, BLOCK_LINES))
    if len(starts) == 1:
        yield _block(table, 0, 0)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(0, len(starts), AT_ONCE):  # so many are in memory, however long the file
            some = enumerate(starts[first : first + AT_ONCE], first)
            yield from pool.map(lambda each: _block(table, *each), some)


def _block(table: pa.Table, number: int, start: int) -> Packed:
    part = table.slice(start, BLOCK_LINES)
    sink = pa.BufferOutputStream()
    numbers = [field.name for field in part.schema if _is_number(field.type)]
    texts = [field.name for field in part.schema if field.name not in numbers]
    pq.write_table(part, sink, compression="zstd", use_dictionary=texts)
    data = sink.getvalue().to_pybytes()
    return Packed(number, part.num_rows, data, sha256(data).hexdigest())


def unpacked(data: bytes | memoryview, columns: list[str] | None = None) -> pa.Table:
    """Return the lines of one block; of ``columns``, those that it has."""
    return pq.ParquetFile(pa.BufferReader(data)).read(columns)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.dictionary(pa.int32(), pa.string()))
    encoded = column.dictionary_encode().unify_dictionaries()
    kind = pa.dictionary(pa.int32(), pa.string())
    if pa.types.is_string(column.type):
        return encoded.cast(kind)
    chunks = [
        pa.DictionaryArray.from_arrays(c.indices, pc.cast(c.dictionary, pa.string()))
        for c in encoded.chunks
    ]
    return pa.chunked_array(chunks, kind)
