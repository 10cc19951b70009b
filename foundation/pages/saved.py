"""The saved views of a list as its page shows them: chips above it, and ``?view=name``.

The accounts app keeps them; they come with what a page knows of its reader anyway.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

from foundation.pages.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Saved:
    """One view: what it asks of the list at ``list``; ``start``: it opens with this."""

    list: str
    name: str
    label: str
    query: str
    start: bool


def of(reader: Surroundings, path: str) -> list[Saved]:
    """Return the reader's views of the list at an address, by label."""
    if not reader.saved:
        return []
    return [view for view in _read(reader.saved) if view.list == path]


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Saved, ...]:
    return tuple(Saved(*each) for each in json.loads(text))
