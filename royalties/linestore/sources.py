"""Which sources the lines of a file name, and how many lines each has."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from foundation.folding import fold

KEY_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Source:
    """One source: its name as most lines write it, the key that all its spellings share."""

    key: str
    name: str
    lines: int


def key(name: str) -> str:
    """Return what a source's spellings have in common: TIDE and Tide are one."""
    return fold(name)[:KEY_LENGTH]


def named(table: pa.Table) -> list[Source]:
    """Return the sources that lines name, by name; lines without one are left out."""
    if "source" not in table.column_names:
        return []
    counted = pc.value_counts(table.column("source").cast(pa.string()).combine_chunks())
    spellings: dict[str, list[tuple[int, str]]] = {}
    for each in counted.to_pylist():
        if each["values"] and (folded := key(each["values"])):
            spellings.setdefault(folded, []).append((each["counts"], each["values"]))
    found = [
        Source(folded, min(listed, key=_most)[1], sum(count for count, _ in listed))
        for folded, listed in spellings.items()
    ]
    return sorted(found, key=lambda source: source.name)


def _most(spelling: tuple[int, str]) -> tuple[int, str]:
    count, name = spelling
    return -count, name
