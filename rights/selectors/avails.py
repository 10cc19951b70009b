"""What is free to license, read from the registry as it stands: claims, grants, holdbacks, holds.

Run limits bind the licensee that has them, and options the order in which we talk to people:
neither keeps a right from being free, so the gate and the licence's page tell of them instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from kernel.errors import DomainError
from kernel.period import Period
from rights.engine import avails, tongues
from rights.engine.asked import Answer, Clause, Code, Match, Question
from rights.engine.avails import Owned
from rights.engine.boxes import Box, Window
from rights.engine.written import Grant, Row
from rights.models.grants import Binds
from rights.selectors import blocks, ownership
from rights.selectors.clauses import right_span
from rights.selectors.grants import Asked, Standing, grants, holdbacks
from rights.selectors.obstacles import box_of
from territories.geography import atlas, expressions, resolver
from territories.geography.allocation import register
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases

BATCH = 500
# A share that nobody holds makes the ground no longer ours: ownership says so.
BLOCKS = {
    blocks.CONFLICT: Code.CONFLICT,
    blocks.RESTRICTION: Code.RESTRICTION,
    blocks.HOLD: Code.HOLD,
}


class BadQuestion(DomainError):
    """A question that names no right, no place or no day."""

    code = "bad_avails_question"
    status = 422


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody asks, in words: rights by code, a territory expression, days included.

    ``languages`` are codes such as ``de``; none is all of them. ``first`` and ``last`` None leave
    that side open. Groups of countries have the members of the first day asked, else of today.
    """

    rights: tuple[str, ...]
    territory: str
    first: date | None
    last: date | None
    exclusive: bool = False
    match: Match = Match.COVERS
    days: int = 1
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """The answer for a work; ``others`` are the claims of others' that meet what is asked."""

    work: UUID
    answer: Answer
    others: tuple[tuple[Box, str], ...]


def question(terms: Terms, *, today: date) -> Question:
    """Return the question that ``terms`` ask.

    Raises UnknownRight, what territory expressions raise, InvalidValue for a language, BadQuestion.
    """
    if not terms.rights:
        raise BadQuestion("Name at least one right, such as svod.")
    if terms.first and terms.last and terms.last < terms.first:
        raise BadQuestion(f"The last day, {terms.last}, is before the first, {terms.first}.")
    rights = SpanSet.of(span for code in terms.rights for span in right_span(code).ranges)
    known = atlases.in_force(expressions.words(terms.territory))
    places = resolver.resolve(terms.territory, on=terms.first or today, atlas=known)
    if not places:
        raise BadQuestion(f"{terms.territory} leaves no place to ask about.")
    tongues.read(terms.languages)
    until = Period.inclusive(terms.last, terms.last).end if terms.last else None
    box = Box(rights, places, Window(terms.first, until))
    return Question(box, terms.exclusive, terms.match, terms.days)


def of_works(
    work_ids: Sequence[UUID],
    asked: Question,
    *,
    languages: Sequence[str] = (),
    as_known_at: datetime | None = None,
) -> list[Title]:
    """Return the answer for each work, in the order given. A few questions for each 500 works."""
    found: list[Title] = []
    rest = iter(work_ids)
    while batch := list(islice(rest, BATCH)):
        found += _answers(batch, asked, tongues.read(languages), as_known_at)
    return found


def _answers(
    works: Sequence[UUID], question: Question, spoken: SpanSet, known_at: datetime | None
) -> Iterator[Title]:
    wide = question.match in (Match.STARTS, Match.ENDS)
    box = question.box
    asked = Asked(works, box.rights, box.places, None if wide else box.window, known_at)
    ground = ownership.of_works(works, as_known_at=known_at)
    against: dict[UUID, list[Clause]] = {work: [] for work in works}
    for work, clause in _clauses(asked, spoken):
        against[work].append(clause)
    for work in works:
        here = ground.get(work, [])
        owned = [Owned(one.words, one.words, one.box) for one in here if one.ours]
        others = tuple(
            (part, one.words) for one in here if not one.ours and (part := one.box.common(box))
        )
        yield Title(work, avails.answer(question, owned, against[work], countries), others)


def _clauses(asked: Asked, spoken: SpanSet) -> Iterator[tuple[UUID, Clause]]:
    for granted in grants(asked):
        if granted.row.tongues.overlaps(spoken):
            sold = Code.SOLD_EXCLUSIVELY if granted.row.exclusive else Code.SOLD_NON_EXCLUSIVELY
            yield granted.row.work_id, _clause(sold, granted, exclusivity=not granted.row.exclusive)
    for back in holdbacks(asked):
        if back.row.binds == Binds.LICENSOR:
            yield back.row.work_id, _clause(Code.HOLDBACK, back)
    for parts in blocks.blocked(asked.works, as_known_at=asked.as_known_at).values():
        for part in parts:
            if code := BLOCKS.get(part.code):
                yield part.work, Clause(code, part.clause or part.detail, "", part.box)


def _clause(code: Code, standing: Standing[Any], *, exclusivity: bool = False) -> Clause:
    row: Row = standing.row
    name = f"{row.clause} (depends on {row.depends})" if row.depends else row.clause
    return Clause(
        Code.DEPENDS_ON_EVENT if row.depends else code,
        name,
        standing.document,
        box_of(row),
        license=standing.license,
        exclusivity=exclusivity and isinstance(row, Grant),
    )


@lru_cache(maxsize=4096)
def countries(places: SpanSet) -> int:
    """Return how many countries a set touches: what a territory-day counts in."""
    return sum(1 for span in _countries() if places.overlaps(span))


@lru_cache(maxsize=1)
def _countries() -> tuple[SpanSet, ...]:
    known = register()
    return tuple(SpanSet((known[code].span,)) for code in atlas.countries())
