"""Statement rows as Parquet: small, quick to sum by any column."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kernel.currencies import minor_units
from kernel.numbers import parse_decimal

TEXTS = ("payee", "clause", "kind", "work", "territory", "channel", "source")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in TEXTS] + [("units", pa.string()), ("minor", pa.int64())]
)


def packed(cells: Sequence[dict[str, Any]], currency: str) -> bytes:
    """Return the engine's cells as Parquet; ``minor`` is the amount in smallest units."""
    scale = minor_units(currency)
    columns = [pa.array([cell[name] for cell in cells], pa.string()) for name in TEXTS]
    columns.append(pa.array([cell["units"] for cell in cells], pa.string()))
    minor = [int(parse_decimal(cell["amount"]).scaleb(scale)) for cell in cells]
    columns.append(pa.array(minor, pa.int64()))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, schema=SCHEMA), sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def unpacked(data: bytes | memoryview) -> pa.Table:
    """Return the rows, texts as dictionaries."""
    return pq.read_table(pa.BufferReader(data), read_dictionary=list(TEXTS))
