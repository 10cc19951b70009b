"""The tree of right types as intervals, so that kinship of two rights is overlap.

The root is ``[0, 2**60)``; each level cuts its interval into 64 slots, taken in the file's order.
The file is append-only within each parent: a new right type goes after its brothers.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from territories.geography.spans import Span

ROOT_SPAN: Span = (0, 1 << 60)
SLOTS = 64


@dataclass(frozen=True, slots=True)
class Right:
    """One right type: its code, parent, family, name, interval, and whether it has none below."""

    code: str
    parent: str
    family: str
    name: str
    span: Span
    leaf: bool


@cache
def right_types() -> dict[str, Right]:
    """Return every right type by code, parents first."""
    source = resources.files("territories.geography") / "data" / "right_types.csv"
    rows = list(csv.DictReader(source.read_text("utf-8").splitlines()))
    parents = {row["parent"] for row in rows}
    spans: dict[str, Span] = {}
    taken: dict[str, int] = {}
    found: dict[str, Right] = {}
    for row in rows:
        code, parent = row["code"], row["parent"]
        spans[code] = _slot(spans[parent], taken.get(parent, 0)) if parent else ROOT_SPAN
        taken[parent] = taken.get(parent, 0) + 1
        found[code] = Right(
            code, parent, row["family"], row["name"], spans[code], code not in parents
        )
    return found


def _slot(outer: Span, index: int) -> Span:
    if index >= SLOTS:
        raise ValueError(f"More than {SLOTS} right types below one parent.")
    width = (outer[1] - outer[0]) // SLOTS
    return outer[0] + index * width, outer[0] + (index + 1) * width


def leaves(code: str) -> list[str]:
    """Return the right types below ``code`` (or itself) that have none below them."""
    outer = right_types()[code].span
    return [
        right.code
        for right in right_types().values()
        if right.leaf and outer[0] <= right.span[0] and right.span[1] <= outer[1]
    ]
