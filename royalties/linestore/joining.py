"""Lines of several blocks and files as one set of columns."""

from collections.abc import Sequence
from math import lcm

import numpy as np

from royalties.engine.columns import Array, Col
from royalties.engine.lines import Lines
from royalties.engine.words import Words


def joined(parts: Sequence[Lines]) -> Lines:
    """Return the lines of all parts, in order; a column that a part lacks is missing there."""
    if len(parts) == 1:
        return parts[0]
    whole = Lines(sum(part.count for part in parts))
    whole.rows = _stacked([part.rows for part in parts])
    for name in dict.fromkeys(name for part in parts for name in part.texts):
        whole.texts[name] = Words.joined(part.text(name) for part in parts)
    for name in dict.fromkeys(name for part in parts for name in part.numbers):
        if name not in whole.texts:
            whole.numbers[name] = _numbers(parts, name)
    if any(part.files is not None for part in parts):
        whole.files = Words.joined(part.files or Words.constant(None, part.count) for part in parts)
    return whole


def negated(lines: Lines) -> Lines:
    """Return the lines with their units and money negated."""
    for name in ("amount", "units"):
        if name in lines.numbers:
            col, present = lines.numbers[name]
            lines.numbers[name] = (col.scaled(-1), present)
    return lines


def _numbers(parts: Sequence[Lines], name: str) -> tuple[Col, Array]:
    columns = [part.numbers.get(name) or _no_numbers(part.count) for part in parts]
    den = lcm(*(col.den for col, _ in columns))
    scaled = [col.scaled(den // col.den).num for col, _ in columns]
    return Col.of(_stacked(scaled), den), _stacked([present for _, present in columns])


def _stacked(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _no_numbers(count: int) -> tuple[Col, Array]:
    return Col.zeros(count), np.zeros(count, dtype=bool)
