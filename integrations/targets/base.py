"""A target of tables: works, holders. Columns, checks of cells, and the deeds behind them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit.actors import Actor
from kernel.ids import uuid7

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


class Row(NamedTuple):
    """A row of a table: its number, the id and version it gives, its values.

    ``rows`` are all numbers it was gathered from, where several rows are about one thing.
    """

    number: int
    key: UUID | str | None
    version: str
    values: Values
    rows: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """All rows of the table that it stands for."""
        return self.rows or (self.number,)


def as_it_is(values: Values) -> Values:
    """Return values without anything filled in."""
    return values


def any_key(values: Values) -> UUID:
    """Return an id for a new thing, whatever it is."""
    return uuid7()


def code_of(values: Values) -> str:
    """Return what most things are known by beside their id: their own code."""
    return values.get("code", "")


def one_line(
    some: Sequence[tuple[UUID, Values]],
) -> Iterator[tuple[UUID, Values, Values]]:
    """Yield one line for each thing."""
    for key, values in some:
        yield key, values, values


def by_title(values: Values) -> str:
    """Return how a change names its thing to people."""
    told = values.get("title") or values.get("name", "")
    return f"{told}, {values['code']}" if values.get("code") else told


def keys_of(changes: Sequence[Change]) -> list[UUID]:
    """Return what changes made or changed."""
    return [each.key for each in changes]


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of thing that tables bring.

    ``plain`` writes values as they are kept, ``check`` looks at one row, ``clashes`` at all rows
    together (it may ask the database) and yields (row, finding). ``fixed`` fields of a known row
    can't be changed by a table. ``take`` makes and changes, all or none; ``give_back`` takes away
    what an import made and changes back what it changed; ``used`` names what something depends on.

    ``named`` is what a thing without id is known by, ``filled`` the usual values of a new one.
    ``resolve`` writes words of many rows as they are kept and yields what nobody knows, ``gather``
    makes one thing of several rows; ``lines`` are the rows that write it again, with the columns
    ``told``, which are for people and aren't read. ``address`` is the page that lists
    them, by the ids that ``listed`` returns.
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
    named: Callable[[Values], str] = code_of
    filled: Callable[[Values], Values] = as_it_is
    new_key: Callable[[Values], UUID] = any_key
    resolve: Callable[[Mapping[int, Values]], Iterator[tuple[int, Finding]]] | None = None
    gather: Callable[[Sequence[Row]], Iterator[tuple[Row, list[tuple[int, Finding]]]]] | None = None
    lines: Callable[[Sequence[tuple[UUID, Values]]], Iterator[tuple[UUID, Values, Values]]] = (
        one_line
    )
    told: tuple[str, ...] = ()
    heading: Callable[[Values], str] = by_title
    address: str = ""
    listed: Callable[[Sequence[Change]], list[UUID]] = keys_of

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(each for each in self.fields if each.name == name)
