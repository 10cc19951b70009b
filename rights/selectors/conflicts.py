"""Conflicts as people read them: what, between whom, since when, and how they ended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from catalog.selectors import works
from rights.engine.shares import percent
from rights.models import Adjudication, Claim, Conflict
from rights.models.claims import Source
from rights.selectors import claims, registry, wording
from rights.selectors.claims import ClaimFound


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is in conflict; ``starts`` and ``last_day`` None are open."""

    rights: str
    name: str
    territory: str
    starts: date | None
    last_day: date | None

    @property
    def where(self) -> str:
        """The places in few words."""
        return registry.short(self.territory)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two claims, as it was last told; ``holds``: it holds the part meanwhile."""

    claim: UUID
    holds: bool
    found: ClaimFound
    source: str

    @property
    def words(self) -> str:
        """Who holds how much, in a line."""
        return ", ".join(f"{one.name} {one.percent} %" for one in self.found.shares)


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict in full. ``together``: what both sides name, in percent of the whole."""

    conflict: UUID
    work: UUID
    title: str
    state: str
    flagged_at: datetime
    ended_at: datetime | None
    parts: tuple[Part, ...]
    sides: tuple[Side, ...]
    together: str
    outcome: Adjudication | None


def rows_of(conflict: UUID, as_known_at: datetime | None = None) -> list[Conflict]:
    """Return the rows of a conflict that are known."""
    known = Conflict.objects.known_at(as_known_at).filter(origin=conflict)
    return list(known.order_by("window", "territory", "id"))


def find(conflict: UUID, *, as_known_at: datetime | None = None) -> Found | None:
    """Return a conflict by its identity, or None."""
    found = told(rows_of(conflict, as_known_at), as_known_at)
    return found[0] if found else None


def of_work(
    work_id: UUID, *, on: date | None = None, as_known_at: datetime | None = None
) -> list[Found]:
    """Return the conflicts of a work that are open (on a day; None: whatever the day)."""
    known = Conflict.objects.known_at(as_known_at).filter(work_id=work_id, state="open")
    if on is not None:
        known = known.filter(window__contains=on)
    return told(list(known.order_by("flagged_at", "id")), as_known_at)


def told(rows: Iterable[Conflict], as_known_at: datetime | None = None) -> list[Found]:
    """Return conflicts in full, in the order in which their rows come; a few queries for all."""
    groups: dict[UUID, list[Conflict]] = defaultdict(list)
    for row in rows:
        groups[row.origin].append(row)
    every = [row for group in groups.values() for row in group]
    sides = _sides({claim for row in every for claim in (row.holding, row.contending)}, as_known_at)
    titles = works.titles(list({row.work_id for row in every}))
    decided = {one.conflict: one for one in Adjudication.objects.filter(conflict__in=list(groups))}
    return [_found(group, sides, titles, decided.get(origin)) for origin, group in groups.items()]


def open_count() -> int:
    """Return how many conflicts are open."""
    known = Conflict.objects.known_at().filter(state="open")
    return known.order_by().values("origin").distinct().count()


def together(sides: Iterable[Side]) -> Fraction:
    """Return what the sides name together: for each holder the most that any says, summed.

    What is unclaimed counts for nothing.
    """
    most: dict[UUID, Fraction] = {}
    for side in sides:
        for share in side.found.shares:
            if not share.open:
                most[share.holder] = max(most.get(share.holder, Fraction(0)), share.fraction)
    return sum(most.values(), Fraction(0))


def _sides(ids: set[UUID], moment: datetime | None) -> dict[UUID, ClaimFound]:
    """Return the claims as they were last told: live ones first, then the latest."""
    rows = Claim.every.filter(origin__in=ids)
    if moment is not None:
        rows = rows.filter(recorded_at__lte=moment)
    latest = rows.order_by("origin", "-recorded_at", "waiting", "id").distinct("origin")
    return {one.claim: one for one in claims.told(list(latest))}


def _found(
    rows: list[Conflict],
    known: dict[UUID, ClaimFound],
    titles: dict[UUID, str],
    outcome: Adjudication | None,
) -> Found:
    first = rows[0]
    sides = tuple(
        Side(
            claim,
            claim == first.holding,
            known[claim],
            registry.SOURCES[Source(known[claim].source)],
        )
        for claim in (first.holding, first.contending)
    )
    return Found(
        conflict=first.origin,
        work=first.work_id,
        title=titles.get(first.work_id, ""),
        state=first.state,
        flagged_at=first.flagged_at,
        ended_at=None if first.state == "open" else first.recorded_at,
        parts=tuple(part_of(row) for row in rows),
        sides=sides,
        together=percent(together(sides)),
        outcome=outcome,
    )


def part_of(row: Conflict) -> Part:
    """Return a row as people read it."""
    words = wording.right(row.rights, "")
    last = row.window.upper and row.window.upper - timedelta(days=1)
    return Part(words, registry.right_name(words), row.territory, row.window.lower, last)
