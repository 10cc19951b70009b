"""Statement rows in bulk: an Arrow table for storing, rows for reading, a fingerprint for proving.

The table is made to be stored (Parquet, COPY) and read back: everything below works on a table from
storage as on a fresh one.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from royalties.engine.columns import UNIT_PLACES, Col
from royalties.engine.errors import StatementTooLarge
from royalties.engine.values import money, text
from royalties.engine.words import Words

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
_LARGEST = (1 << 63) - 1


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


def column(words: Words) -> pa.DictionaryArray:
    """Return text as an Arrow column."""
    codes = pa.array(words.codes, mask=words.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words.values, pa.string()))


def table(
    named: Mapping[str, pa.DictionaryArray], same: Mapping[str, str], units: Col, amounts: Col
) -> pa.Table:
    """Return cells that have units or money; ``same`` are the names that all rows share."""
    kept = np.flatnonzero((amounts.num != 0) | (units.num != 0))
    index = pa.array(kept)
    columns = {name: each.take(index) for name, each in named.items()}
    columns |= {name: column(Words.constant(each, len(kept))) for name, each in same.items()}
    columns["units"] = _decimals(units.take(kept))
    columns["amount"] = _integers(amounts.take(kept))
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables of cells as one, in their order."""
    return pa.concat_tables([SCHEMA.empty_table(), *tables]).unify_dictionaries().combine_chunks()


def largest(cells: pa.Table, count: int) -> pa.Table:
    """Return the cells with the most money, sign aside, in their order; ties to the first."""
    order = np.argsort(-np.abs(amounts_of(cells).num), kind="stable")
    return cells.take(pa.array(np.sort(order[:count])))


def amounts_of(cells: pa.Table) -> Col:
    """Return the amounts of cells."""
    return Col.of(cells.column("amount").to_numpy())


def _integers(amounts: Col) -> pa.Array:
    if Col.of(amounts.num).bound > _LARGEST:
        raise _too_large()
    return pa.array(amounts.num.astype(np.int64))


def _decimals(units: Col) -> pa.Array:
    """Return units as decimals, from the bytes of whole numbers."""
    kind = SCHEMA.field("units").type
    places = next((n for n in range(kind.scale + 1) if 10**n % units.den == 0), None)
    if places is None:
        raise _too_large()
    whole = Col(units.num, 1, units.bound).scaled(10**places // units.den)
    num = whole.num
    if num.dtype != object:
        raw = np.stack([num, num >> 63], axis=1).astype("<i8").tobytes()
    elif whole.bound < 10**kind.precision:
        raw = b"".join(each.to_bytes(16, "little", signed=True) for each in num.tolist())
    else:
        raise _too_large()
    exact = pa.decimal128(kind.precision, places)
    try:
        buffers = [None, pa.py_buffer(raw)]
        return pa.Array.from_buffers(exact, len(num), buffers).cast(kind)
    except pa.ArrowInvalid:
        raise _too_large() from None


def _too_large() -> StatementTooLarge:
    return StatementTooLarge(
        "A statement row is too large to be stored. Check the amounts and units of the lines."
    )
