"""What the gate is asked: a work, a right, a place and a day, in words and resolved to a box."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kernel.errors import DomainError
from rights.engine.boxes import WORLD, Box, Window
from rights.selectors.clauses import right_span
from territories.geography import expressions, resolver
from territories.geography.allocation import WORLD as EVERYWHERE
from territories.geography.allocation import register
from territories.geography.atlas import VENUE_PREFIX, Atlas, public_atlas
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases
from territories.selectors import places

# Where nobody knows the place, it may be any; and on the clock, any from UTC-12 to UTC+14.
UNKNOWN = "UNKNOWN"
EARLIEST, LATEST = timedelta(hours=-12), timedelta(hours=14)
DAY = timedelta(days=1)


class NoPlace(DomainError):
    """A territory that is nowhere: what it takes away leaves nothing."""

    code = "no_place"
    status = 422


@dataclass(frozen=True, slots=True)
class Question:
    """May ``work`` be shown under ``right`` in ``territory`` on ``on``?

    ``right`` is a code; one with rights below it asks for all of them. ``territory`` is a code or
    an expression, and means all of it; ``UNKNOWN`` is a place that nobody knows. ``on`` None is
    today, there.
    """

    work: UUID
    right: str
    territory: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, resolved: the box, and its territory in canonical words."""

    work: UUID
    box: Box
    territory: str


class Reader:
    """Resolves many questions at one moment, with at most four queries for all of them.

    Raises UnknownRight, UnknownTerritory, BadExpression or NoPlace.
    """

    def __init__(self, territories: Iterable[str], *, now: datetime) -> None:
        texts = {text for text in territories if not _unknown(text)}
        words = {word for text in texts for word in _words(text)}
        venues = {word for word in words if word.startswith(VENUE_PREFIX)}
        plain = words <= register().keys()  # no own word may have a public place's code
        self._now = now
        self._atlas: Atlas = public_atlas() if plain else atlases.in_force(words)
        self._zones: Mapping[str, str] = places.zones(venues) if venues else {}
        self._known: dict[tuple[str, date | None], tuple[str, SpanSet, Window]] = {}

    def asked(self, question: Question) -> Asked:
        """Return a question as a box."""
        key = question.territory, question.on
        if key not in self._known:
            self._known[key] = self._place(*key)
        words, span, window = self._known[key]
        return Asked(question.work, Box(right_span(question.right), span, window), words)

    def _place(self, text: str, on: date | None) -> tuple[str, SpanSet, Window]:
        if _unknown(text):
            return UNKNOWN, WORLD, _days(self._today("") if on is None else (on, on))
        read = expressions.parse(text, atlas=self._atlas)
        words = str(read)
        first, last = self._today(words) if on is None else (on, on)
        span = SpanSet()
        for day in _each(first, last):
            span = span | resolver.resolve(read, on=day, atlas=self._atlas)
        if not span:
            raise NoPlace(f"{text} leaves no place to ask about.", territory=text)
        return words, span, _days((first, last))

    def _today(self, code: str) -> tuple[date, date]:
        """Return the first and the last day that it may be there now."""
        zone = self._zones.get(code) or (places.zone_of(code) if code in register() else "")
        if zone and code != EVERYWHERE:
            day = self._now.astimezone(ZoneInfo(zone)).date()
            return day, day
        moment = self._now.astimezone(UTC)
        return (moment + EARLIEST).date(), (moment + LATEST).date()


def _words(text: str) -> list[str]:
    try:
        return expressions.words(text)
    except expressions.BadExpression:  # the question that has it raises when it is read
        return []


def _unknown(text: str) -> bool:
    return text.strip().upper() == UNKNOWN


def _days(days: tuple[date, date]) -> Window:
    return Window(days[0], days[1] + DAY if days[1] < date.max else None)


def _each(first: date, last: date) -> Iterable[date]:
    day = first
    while day < last:
        yield day
        day += DAY
    yield last
