"""What came in with one import, as a filter of lists.

The app that keeps imports says what each brought; lists only know that there are some.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import Q

from foundation.pages.surroundings import Surroundings


class Brought(NamedTuple):
    """An import's name, and what holds for the rows that it made or changed."""

    name: str
    rows: Q


_readers: list[Callable[[UUID], Brought | None]] = []


def add(reader: Callable[[UUID], Brought | None]) -> None:
    """Let imports be found by their ids, at start."""
    _readers.append(reader)


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one import; no field of its own in the panel, a chip while it is active."""

    name: str = "batch"
    label: str = "Import"
    kind: ClassVar[str] = "batch"

    @property
    def params(self) -> tuple[str, ...]:
        """The one parameter: the import's id."""
        return (self.name,)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> Brought | None:
        """Return the import asked for; one that isn't here is passed over."""
        try:
            key = UUID(asked.get(self.name, ""))
        except ValueError:
            return None
        return next(filter(None, (one(key) for one in _readers)), None)

    def words(self, value: Any) -> str:
        """Return the import's name."""
        return str(value.name)

    def condition(self, value: Any, reader: Surroundings) -> Q:
        """Return what holds for its rows."""
        found: Q = value.rows
        return found
