"""The filters of lists: each reads its parameters of the address and makes a condition of them.

Choice("state", "State", State.choices, lambda value: Q(state=value))
Text("reason", "Reason", "reason")
Days("sold", "Sold", "sold_on")                  # ?sold_from=2026-01-01&sold_to=2026-03-31
Days("asked", "Asked", "asked_at", moments=True) # days of the reader's zone
Numbers("amount", "Amount", "amount")            # ?amount_min=10&amount_max=99.50
Reference("payee", "Payee", "holder", HOLDERS)   # a name or a key; a source of suggestions
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db.models import DecimalField, Q, Value

from foundation.models.keysets import among
from foundation.pages import inputs
from foundation.pages.filters import number_text, zone_of
from foundation.pages.suggestions import Source, Suggested
from foundation.pages.surroundings import Surroundings

MOST = 200


class Narrowing(Protocol):
    """What a list asks of each of its filters."""

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """The filter's own name, and the beginning of its parameters'."""

    @property
    def label(self) -> str:
        """What the panel and the chip call it."""

    @property
    def params(self) -> tuple[str, ...]:
        """The parameters of the address that belong to it."""

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> Any:
        """Return the value asked for, None for nothing. Raises inputs.NotReadable."""

    def words(self, value: Any) -> str:
        """Return the value as the chip says it."""

    def condition(self, value: Any, reader: Surroundings) -> Q:
        """Return what holds for the rows that stay."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options, given as (value, label); ``where`` makes a condition of a value."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    where: Callable[[str], Q]
    kind: ClassVar[str] = "choice"

    @property
    def params(self) -> tuple[str, ...]:
        """The one parameter."""
        return (self.name,)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> str | None:
        """Return the option asked for; one that isn't there is passed over."""
        value = asked.get(self.name, "")
        return value if value in dict(self.options) else None

    def words(self, value: str) -> str:
        """Return the option's label."""
        return dict(self.options)[value]

    def condition(self, value: str, reader: Surroundings) -> Q:
        """Return the option's condition."""
        return self.where(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Part of a text. ``where`` is a field that contains it, or makes a condition of it."""

    name: str
    label: str
    where: str | Callable[[str], Q]
    kind: ClassVar[str] = "text"

    @property
    def params(self) -> tuple[str, ...]:
        """The one parameter."""
        return (self.name,)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> str | None:
        """Return the words asked for."""
        return asked.get(self.name, "").strip()[:MOST] or None

    def words(self, value: str) -> str:
        """Return them in quotes."""
        return f"“{value}”"

    def condition(self, value: str, reader: Surroundings) -> Q:
        """Return the field's condition."""
        if isinstance(self.where, str):
            return Q(**{f"{self.where}__icontains": value})
        return self.where(value)


@dataclass(frozen=True, slots=True)
class _Range:
    """From one value to another, both included; either may be left out."""

    name: str
    label: str
    field: str
    ends: ClassVar[tuple[str, str]]

    @property
    def params(self) -> tuple[str, ...]:
        """Where it begins, and where it ends."""
        return tuple(f"{self.name}_{end}" for end in self.ends)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> tuple[Any, Any] | None:
        """Return both ends. Raises NotReadable, also where the end comes before the beginning."""
        low, high = (asked.get(param, "").strip() for param in self.params)
        if not low and not high:
            return None
        first = self.one(low, reader) if low else None
        last = self.one(high, reader) if high else None
        if first is not None and last is not None and last < first:
            raise inputs.NotReadable(f"“{high}” comes before “{low}”. Exchange the two.")
        return first, last

    def one(self, text: str, reader: Surroundings) -> Any:
        """Return one end's value."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Days(_Range):
    """Days from one to another. ``moments``: the field is a moment, the days are the reader's."""

    moments: bool = False
    kind: ClassVar[str] = "days"
    ends: ClassVar[tuple[str, str]] = ("from", "to")

    def one(self, text: str, reader: Surroundings) -> date:
        """Return a day."""
        return inputs.day_of(text)

    def words(self, value: tuple[date | None, date | None]) -> str:
        """Return both days."""
        return inputs.between_days(*value)

    def condition(self, value: tuple[date | None, date | None], reader: Surroundings) -> Q:
        """Return what holds from the first day's beginning to the last day's end."""
        first, last = value
        if not self.moments:
            return _within(self.field, first, last)
        zone, found = zone_of(reader.zone), Q()
        if first:
            begins = datetime.combine(first, time(), zone)
            found &= Q(**{f"{self.field}__gte": begins})
        if last:
            ends = datetime.combine(last + timedelta(days=1), time(), zone)
            found &= Q(**{f"{self.field}__lt": ends})
        return found


@dataclass(frozen=True, slots=True)
class Numbers(_Range):
    """Numbers from one to another, written as the reader writes them or as 1234.56."""

    kind: ClassVar[str] = "numbers"
    ends: ClassVar[tuple[str, str]] = ("min", "max")

    def one(self, text: str, reader: Surroundings) -> Decimal:
        """Return a number."""
        return inputs.number_of(text, reader.locale)

    def words(self, value: tuple[Decimal | None, Decimal | None]) -> str:
        """Return both numbers."""
        low, high = (None if each is None else number_text(each) for each in value)
        if low is not None and high is not None:
            return f"{low} – {high}"
        return f"at least {low}" if low is not None else f"at most {high}"

    def condition(self, value: tuple[Any, Any], reader: Surroundings) -> Q:
        """Return what holds from the first to the last."""
        return _within(self.field, *(None if end is None else _exact(end) for end in value))


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reference filter asks for: as it was typed, and the rows that it may mean."""

    text: str
    rows: tuple[Suggested, ...]
    told: bool = True  # whether the reader may know their names


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows that name something of another table, by its name or its key.

    ``field`` is where the list's rows keep such a key. Several that fit the words all count, and
    the list asks which one is meant: each answer is an address that holds its key.
    """

    name: str
    label: str
    field: str
    source: Source
    kind: ClassVar[str] = "reference"

    @property
    def params(self) -> tuple[str, ...]:
        """The one parameter."""
        return (self.name,)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> Meant | None:
        """Return what is asked for. Raises NotReadable for a key that nothing has."""
        text = asked.get(self.name, "").strip()[:MOST]
        if not text:
            return None
        told = self.source.permission in reader.codes
        try:
            key = UUID(text)
        except ValueError:
            return Meant(text, self.source.meant(text), told)
        named = self.source.named([key]).get(key) if told else text
        if named is None:
            raise inputs.NotReadable("Nothing has this key. Type a name.")
        return Meant(text, (Suggested(key, named),), told)

    def words(self, value: Meant) -> str:
        """Return the name of the only one meant, else what was typed in quotes."""
        alone = value.told and len(value.rows) == 1
        return value.rows[0].name if alone else f"“{value.text}”"

    def condition(self, value: Meant, reader: Surroundings) -> Q:
        """Return what holds for the rows that name one of those meant."""
        return Q(**{f"{self.field}__in": among([row.id for row in value.rows])})


def _within(field: str, low: Any, high: Any) -> Q:
    found = Q()
    if low is not None:
        found &= Q(**{f"{field}__gte": low})
    if high is not None:
        found &= Q(**{f"{field}__lte": high})
    return found


def _exact(value: Decimal) -> Value:
    """Return a number that a whole number's column is compared with as it is, not rounded."""
    return Value(value, DecimalField(max_digits=40, decimal_places=15))
