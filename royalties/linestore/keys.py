"""The distinct ways in which a file names works, and which line uses which."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernel.numbers import EXACT
from royalties.engine.columns import Array
from royalties.engine.lines import words_of

KEY_COLUMNS = ("isrc", "iswc", "upc", "own", "title", "artist")
_LIMB = 31
_FITS = 1 << 62


@dataclass(frozen=True)
class Keys:
    """``texts`` by column, one entry a key; ``codes`` give each line's key, from 0.

    ``lines`` and ``amounts`` (exact, by currency) are what each key's lines come to.
    """

    texts: dict[str, list[str]]
    codes: Array
    lines: list[int]
    amounts: list[dict[str, Decimal]]

    def __len__(self) -> int:
        return len(self.lines)


def distinct(table: pa.Table, scale: int, *, currency: str = "") -> Keys:
    """Return the keys of the lines of ``table``, numbered in the order of their first line.

    ``amount`` holds whole numbers at ``scale``, or decimals; a line without a currency counts under
    ``currency``.
    """
    count = table.num_rows
    combined = np.zeros(count, dtype=np.int64)
    size = 1
    columns: dict[str, tuple[list[str], Array]] = {}
    for name in KEY_COLUMNS:
        values, codes = columns[name] = _encoded(table, name)
        if size * len(values) >= _FITS:
            combined = _renumbered(combined)
            size = int(combined.max()) + 1 if count else 1
        combined = combined * len(values) + codes
        size *= len(values)
    keys = _renumbered(combined)
    total = int(keys.max()) + 1 if count else 0
    first = np.zeros(total, dtype=np.int64)
    first[keys[::-1]] = np.arange(count - 1, -1, -1)
    texts = {name: [v[c] for c in codes[first].tolist()] for name, (v, codes) in columns.items()}
    amounts = _amounts(table, keys, total, scale, currency)
    return Keys(texts, keys, np.bincount(keys, minlength=total).tolist(), amounts)


def fingerprint(texts: dict[str, str]) -> str:
    """Return the name of one way to name a work: the same in every file."""
    whole = "\x1f".join(texts[name].strip().casefold() for name in KEY_COLUMNS)
    return sha256(whole.encode()).hexdigest()[:16]


def _encoded(table: pa.Table, name: str) -> tuple[list[str], Array]:
    if name not in table.column_names:
        return [""], np.zeros(table.num_rows, dtype=np.int64)
    values, codes = words_of(table.column(name))
    return [*values, ""], np.where(codes < 0, len(values), codes).astype(np.int64)


def _renumbered(codes: Array) -> Array:
    """Return the codes numbered from 0 in the order of first appearance."""
    indices = pa.array(codes).dictionary_encode().indices
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _amounts(
    table: pa.Table, keys: Array, total: int, scale: int, currency: str
) -> list[dict[str, Decimal]]:
    """Return each key's money by currency, exactly: int64 is summed as two limbs."""
    found: list[dict[str, Decimal]] = [{} for _ in range(total)]
    if "amount" not in table.column_names or not table.num_rows:
        return found
    names, codes = _encoded(table, "currency")
    amount = pc.fill_null(table.column("amount"), 0).combine_chunks()
    places = keys * len(names) + codes
    taken = np.bincount(places, minlength=total * len(names))
    for place, value in _summed(amount, places, taken, scale):
        key, at = divmod(place, len(names))
        found[key][names[at] or currency] = value
    return found


def _summed(
    amount: pa.Array, places: Array, taken: Array, scale: int
) -> Iterator[tuple[int, Decimal]]:
    """Yield the exact sum of the amounts at each place that is taken."""
    used = np.flatnonzero(taken).tolist()
    if not pa.types.is_integer(amount.type):
        sums: dict[int, Decimal] = dict.fromkeys(used, Decimal(0))
        for place, value in zip(places.tolist(), amount.to_pylist(), strict=True):
            sums[place] = EXACT.add(sums[place], value)
        yield from sums.items()
        return
    plain = amount.to_numpy(zero_copy_only=False).astype(np.int64)
    low, high = np.zeros(len(taken), np.int64), np.zeros(len(taken), np.int64)
    np.add.at(low, places, plain & ((1 << _LIMB) - 1))
    np.add.at(high, places, plain >> _LIMB)
    for place in used:
        whole = (int(high[place]) << _LIMB) + int(low[place])
        yield place, Decimal(whole).scaleb(-scale)
