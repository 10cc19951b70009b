"""What is free to license, read from the registry as it stands: claims, grants, holdbacks, holds.

Run limits bind the licensee that has them, and options the order in which we talk to people:
neither keeps a right from being free, so the gate and the licence's page tell of them instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from rights.engine.written import Grant, Holdback, Row
from rights.models.grants import Binds
from rights.selectors import blocks, ownership
from rights.selectors.blocks import Blocked
from rights.selectors.clauses import right_span
from rights.selectors.grants import Asked, Standing, grants, holdbacks
from rights.selectors.obstacles import box_of
from rights.selectors.ownership import Ground
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


class UnknownWork(DomainError):
    """A work that the organisation doesn't have; ``extra`` names all of them."""

    code = "unknown_work"
    status = 404

    @classmethod
    def among(cls, missing: Sequence[UUID]) -> "UnknownWork":
        """Return the error that names works that aren't there."""
        return cls(
            f"There is no work {missing[0]} here. Look it up in the list of works.",
            works=[str(one) for one in missing],
        )


@dataclass(frozen=True, slots=True)
class Other:
    """A claim of somebody else's, and what it holds of what is asked."""

    claim: UUID
    box: Box
    words: str


@dataclass(frozen=True, slots=True)
class Title:
    """The answer for a work; ``others`` are the claims of others' that meet what is asked."""

    work: UUID
    answer: Answer
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a licence would have written down, to be counted in place of what it has.

    ``document`` names it for people, ``licensee`` is whom it is for.
    """

    license: UUID
    licensee: UUID
    document: str
    rows: Sequence[Row]

    def counted(self, known: "Known") -> "Known":
        """Return what would be known if it were signed."""
        return replace(
            known,
            sold=self._instead(known.sold, Grant, known.works),
            kept_back=self._instead(known.kept_back, Holdback, known.works),
        )

    def _instead(
        self, found: Sequence[Standing[Any]], kind: type[Row], work_ids: Iterable[UUID]
    ) -> list[Standing[Any]]:
        works = frozenset(work_ids)
        others = [one for one in found if one.license != self.license]
        return others + [
            Standing(self.license, self.license, 0, self.licensee, self.document, row)
            for row in self.rows
            if isinstance(row, kind) and row.work_id in works
        ]


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
    spoken = tongues.read(languages)
    return [
        title
        for known in _read(work_ids, asked, as_known_at)
        for title in _answers(known, asked, spoken)
    ]


def compared(
    work_ids: Sequence[UUID],
    asked: Question,
    assumed: Assumed,
    *,
    languages: Sequence[str] = (),
) -> list[tuple[Title, Title]]:
    """Return for each work the answer as it stands, and as if ``assumed`` were signed.

    Both are of what was read once; nothing is written.
    """
    spoken = tongues.read(languages)
    return [
        pair
        for known in _read(work_ids, asked, None)
        for pair in zip(
            _answers(known, asked, spoken),
            _answers(assumed.counted(known), asked, spoken),
            strict=True,
        )
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry says of some works that bears on a question."""

    works: Sequence[UUID]
    ground: Mapping[UUID, list[Ground]]
    sold: Sequence[Standing[Any]]
    kept_back: Sequence[Standing[Any]]
    blocked: Mapping[UUID, list[Blocked]]


def _read(
    work_ids: Iterable[UUID], question: Question, known_at: datetime | None
) -> Iterator[Known]:
    """Yield what is known of each 500 works."""
    wide = question.match in (Match.STARTS, Match.ENDS)
    box, rest = question.box, iter(work_ids)
    while works := list(islice(rest, BATCH)):
        asked = Asked(works, box.rights, box.places, None if wide else box.window, known_at)
        yield Known(
            works,
            ownership.of_works(works, as_known_at=known_at),
            grants(asked),
            holdbacks(asked),
            blocks.blocked(works, as_known_at=known_at),
        )


def _answers(known: Known, question: Question, spoken: SpanSet) -> Iterator[Title]:
    against: dict[UUID, list[Clause]] = {work: [] for work in known.works}
    for work, clause in _clauses(known, spoken):
        against[work].append(clause)
    for work in known.works:
        here = known.ground.get(work, [])
        owned = [Owned(one.words, one.words, one.box, one.origin) for one in here if one.ours]
        others = tuple(
            Other(one.origin, part, one.words)
            for one in here
            if not one.ours and (part := one.box.common(question.box))
        )
        yield Title(work, avails.answer(question, owned, against[work], countries), others)


def _clauses(known: Known, spoken: SpanSet) -> Iterator[tuple[UUID, Clause]]:
    for granted in known.sold:
        if granted.row.tongues.overlaps(spoken):
            sold = Code.SOLD_EXCLUSIVELY if granted.row.exclusive else Code.SOLD_NON_EXCLUSIVELY
            yield granted.row.work_id, _clause(sold, granted, exclusivity=not granted.row.exclusive)
    for back in known.kept_back:
        if back.row.binds == Binds.LICENSOR:
            yield back.row.work_id, _clause(Code.HOLDBACK, back)
    for parts in known.blocked.values():
        for part in parts:
            if code := BLOCKS.get(part.code):
                name = part.clause or part.detail
                yield part.work, Clause(code, name, "", part.box, by=part.by)


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
