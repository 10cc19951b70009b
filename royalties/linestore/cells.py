"""Statement rows as Parquet: small, quick to sum by any column."""

import pyarrow as pa
import pyarrow.parquet as pq

from royalties.engine.results import NAMES, SCHEMA


def packed(cells: pa.Table) -> bytes:
    """Return the engine's table of statement rows as Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(cells, sink, compression="zstd", use_dictionary=list(NAMES))
    data: bytes = sink.getvalue().to_pybytes()
    return data


def unpacked(data: bytes | memoryview) -> pa.Table:
    """Return the table that was packed."""
    return pq.ParquetFile(pa.BufferReader(data)).read().cast(SCHEMA)
