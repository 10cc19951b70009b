"""A target of tables: works, holders. Columns, checks of cells, and the deeds behind them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit.actors import Actor
from kernel.canonical import digest

Values = dict[str, str]


class Finding(NamedTuple):
    """What is wrong with one field of a row; a note leaves the row as it is."""

    field: str
    code: str
    message: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column. ``also`` are other headings it is known by."""

    name: str
    label: str
    required: bool = False
    longest: int = 300
    choices: tuple[str, ...] = ()
    whole: bool = False
    also: tuple[str, ...] = ()


class Change(NamedTuple):
    """A row that is new (``before`` None) or changes one that is there."""

    row: int
    key: UUID
    before: Values | None
    after: Values


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of thing that tables bring.

    ``plain`` writes values as they are kept, ``check`` looks at one row, ``clashes`` at all rows
    together (it may ask the database) and yields (row, finding). ``fixed`` fields of a known row
    can't be changed by a table. ``take`` makes and changes, all or none; ``give_back`` takes away
    what an import made and changes back what it changed; ``used`` names what something depends on.
    """

    name: str
    label: str
    noun: tuple[str, str]
    permission: str
    fields: tuple[Field, ...]
    fixed: frozenset[str]
    plain: Callable[[Values], Values]
    check: Callable[[Values], Iterator[Finding]]
    clashes: Callable[[Sequence[Change]], Iterator[tuple[int, Finding]]]
    standing: Callable[[Iterable[UUID], Iterable[str]], dict[UUID, Values]]
    every: Callable[[], Iterator[tuple[UUID, Values]]]
    take: Callable[[Sequence[Change], Actor, datetime, str], None]
    give_back: Callable[[Sequence[Change], Actor, datetime, str], None]
    used: Callable[[Mapping[UUID, Values]], set[UUID]]

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(each for each in self.fields if each.name == name)


def version_of(values: Mapping[str, str]) -> str:
    """Return the name of a row as it is now: another one as soon as any value changes."""
    return digest(dict(values))[:12]
