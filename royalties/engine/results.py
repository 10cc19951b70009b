"""Statement rows in bulk: an Arrow table for storing, rows for reading, a fingerprint for proving.

The table is made to be stored (Parquet, COPY) and read back: everything below works on a table from
storage as on a fresh one.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
from pyarrow import csv

from kernel.currencies import minor_units
from royalties.engine.columns import UNIT_PLACES
from royalties.engine.errors import StatementTooLarge
from royalties.engine.values import money, text

WORDS = pa.dictionary(pa.int32(), pa.string())
NAMES = (
    "payee",
    "clause",
    "kind",
    "work",
    "territory",
    "channel",
    "source",
    "right_type",
    "currency",
)
# `clause` is a clause or a waterfall step (kind `step`); `amount` is in the currency's smallest
# units; `units` are exact, with as many places as a line can have.
SCHEMA = pa.schema(
    [
        *(pa.field(name, WORDS) for name in NAMES),
        pa.field("units", pa.decimal128(38, UNIT_PLACES)),
        pa.field("amount", pa.int64()),
    ]
)
_WHOLE = pa.decimal128(38, 0)
_CSV = pa.schema(
    [*((name, pa.string()) for name in NAMES), ("units", _WHOLE), ("amount", pa.int64())]
)
_ONE = 10**UNIT_PLACES


def rows(cells: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of cells as docs/deals.md §13 writes them."""
    for batch in cells.to_batches(max_chunksize=10_000):
        words = [_words(batch.column(name)) for name in NAMES]
        units = map(int, _whole(batch.column("units")).cast(pa.string()).to_pylist())
        amounts = batch.column("amount").to_numpy().tolist()
        for *named, sold, amount in zip(*words, units, amounts, strict=True):
            row = dict(zip(NAMES, named, strict=True))
            currency = row.pop("currency")
            yield {**row, "units": _units(sold), "amount": money(amount, currency)}


def _words(column: pa.DictionaryArray) -> list[str | None]:
    words: list[str | None] = [*column.dictionary.to_pylist(), None]
    return [words[code] for code in column.indices.fill_null(-1).to_numpy().tolist()]


def _whole(units: pa.Decimal128Array) -> pa.Array:
    """Return units as whole numbers of their last place."""
    return pa.Array.from_buffers(_WHOLE, len(units), units.buffers(), offset=units.offset)


def _units(whole: int) -> str:
    return str(whole // _ONE) if whole % _ONE == 0 else text(Fraction(whole, _ONE))


class _Digest:
    """A file that keeps nothing but the hash of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Add to the hash."""
        self.hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def fingerprint(cells: pa.Table) -> str:
    """Return the SHA-256 of the cells as CSV, which anybody can write again.

    UTF-8, one header line, ``,`` between columns, ``\\n`` after rows, every value in double quotes
    (doubled inside) and nothing at all for a missing one; units times 10**15, so whole.
    """
    digest = _Digest()
    options = csv.WriteOptions(quoting_style="all_valid")
    with csv.CSVWriter(digest, _CSV, write_options=options) as writer:
        for batch in cells.to_batches():
            columns = [batch.column(name).cast(pa.string()) for name in NAMES]
            columns += [_whole(batch.column("units")), batch.column("amount")]
            writer.write_batch(pa.record_batch(columns, schema=_CSV))
    return digest.hash.hexdigest()


def summary(cells: pa.Table) -> dict[str, Any]:
    """Return what a result says of its cells: how many there are, and their fingerprint."""
    return {"rows": cells.num_rows, "sha256": fingerprint(cells)}


def of_rows(listed: Sequence[Mapping[str, Any]], currency: str) -> pa.Table:
    """Return rows as ``rows`` writes them as a table of cells."""
    scale = 10 ** minor_units(currency)
    columns: dict[str, list[Any]] = {
        name: [row.get(name, currency) for row in listed] for name in NAMES
    }
    columns["units"] = [Decimal(row["units"]) for row in listed]
    columns["amount"] = [int(Fraction(row["amount"]) * scale) for row in listed]
    try:
        arrays = [
            pa.array(columns[name], pa.string()).dictionary_encode()
            if name in NAMES
            else pa.array(columns[name], SCHEMA.field(name).type)
            for name in SCHEMA.names
        ]
    except (OverflowError, pa.ArrowInvalid) as error:
        raise StatementTooLarge(
            "A statement row is too large to be stored. Check the amounts and units of the lines."
        ) from error
    return pa.table(arrays, schema=SCHEMA)
