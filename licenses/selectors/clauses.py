"""What a licence's terms come to in the registry: one row for each work, leaf right and stretch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from catalog.selectors import dates, hierarchy
from licenses.engine import days
from licenses.engine.days import A_DAY, AfterEvent, AfterStart, Fixed, Known, Start
from licenses.engine.terms import Granted, HeldBack, Limited, Optioned, Part, Terms
from licenses.models import License
from licenses.selectors import works
from rights.engine import tongues, written
from rights.engine.boxes import Window
from rights.engine.written import Row
from rights.selectors import clauses
from territories.geography.rights import leaves
from territories.geography.spans import SpanSet
from territories.selectors import places

RENEWAL = "renewal"
Meant = Callable[[str, Window], list[clauses.Clause]]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of the term so far: the day after its last, renewed as it was, and what may come.

    ``end`` None: perpetual, or hanging on an event. ``next_end``: where it would renew itself to.
    """

    end: date | None
    next_end: date | None
    declined: bool = False
    renewed: int = 0


def own_end(terms: Terms) -> date | None:
    """Return the day after the last of the term as it is written; None: open, or not known."""
    if isinstance(terms.end, Fixed):
        return terms.end.day + A_DAY
    if isinstance(terms.end, AfterStart) and isinstance(terms.start, Fixed):
        return days.plus_months(terms.start.day, terms.end.months)
    return None


def course(terms: Terms, renewals: Mapping[date, date | None]) -> Course:
    """Return where the term has come to; ``renewals``: each decided end with what it became."""
    end, renewed = own_end(terms), 0
    while end is not None and (until := renewals.get(end)) is not None:
        end, renewed = until, renewed + 1
    declined = end is not None and end in renewals
    rule = terms.renewal
    more = rule is not None and (rule.times is None or renewed < rule.times)
    following = None
    if rule is not None and end is not None and more and not declined:
        following = days.plus_months(end, rule.months)
    return Course(end, following, declined, renewed)


def course_of(license: License, terms: Terms) -> Course:
    """Return where a licence's term has come to."""
    return course(terms, dict(license.renewals.values_list("ended", "until")))


def rows(terms: Terms, resolved: dict[str, list[str]], at: Course) -> list[Row]:
    """Return all that the registry should say of a licence that nobody terminated."""
    everything = works.meant([one for part in terms.grants for one in part.works], resolved)
    asked = {part.clause: works.meant(part.works, resolved) or everything for part in terms.parts}
    known = _known(terms, {one for ids in asked.values() for one in ids})
    meant = _meant(terms)
    return [
        row
        for part in terms.parts
        for work_id in asked[part.clause]
        for row in _rows(terms, part, work_id, known(work_id), at, meant)
    ]


def _meant(terms: Terms) -> Meant:
    """Return what reads where a clause holds; the same words and days are read once."""

    @cache
    def read(territory: str, window: Window) -> list[clauses.Clause]:
        return clauses.boxes(
            right_type="any",
            territory=territory,
            window=window,
            rule=terms.date_rule,
            signed_on=terms.signed_on,
        )

    return read


def clipped(found: Sequence[Row], end: date | None) -> list[Row]:
    """Return rows as they are when a licence is over before ``end``."""
    if end is None:
        return list(found)
    until = Window(None, end)
    kept = ((row, row.window.common(until)) for row in found)
    return [replace(row, window=window) for row, window in kept if window is not None]


def bounds(found: Sequence[Row]) -> tuple[date | None, date | None]:
    """Return the first day that some grant holds for certain, and the day after the last one.

    None: hangs on an event; perpetual. What may come by renewal isn't counted.
    """
    granted = [one for one in found if isinstance(one, written.Grant) and one.depends != RENEWAL]
    begun = [one.window.low for one in granted if not one.depends]
    if any(one.window.end is None for one in granted):
        return (min(begun) if begun else None), None
    return (min(begun) if begun else None), max(one.window.high for one in granted)


def _known(terms: Terms, work_ids: set[UUID]) -> Callable[[UUID], Known]:
    """Return, for each work, a question for the days of events: its own, or those above it."""
    if not hangs(terms):
        return lambda work_id: lambda event, territory: None
    lines = {one: [one, *hierarchy.above(one)] for one in work_ids}
    told = dates.known({one for line in lines.values() for one in line})
    by_work = {(one.work_id, one.kind, one.territory): one.on for one in told}
    around = cache(places.ancestors)

    def of(work_id: UUID) -> Known:
        def day(event: str, territory: str) -> date | None:
            return next(
                (
                    by_work[key]
                    for work in lines[work_id]
                    for place in around(territory)
                    if (key := (work, event, place)) in by_work
                ),
                None,
            )

        return day

    return of


def hangs(terms: Terms) -> bool:
    """Return whether some day of a licence hangs on an event."""
    sides: list[Any] = [side for part in terms.parts for side in (part.start, part.end)]
    sides += [one.due for one in terms.instalments]
    return any(isinstance(one, AfterEvent) for one in sides)


def due_day(start: Start, terms: Terms, resolved: dict[str, list[str]]) -> date | None:
    """Return the day an instalment falls due: after the last of its works' events; None: open."""
    if isinstance(start, Fixed):
        return start.day
    ids = set(works.meant([one for part in terms.grants for one in part.works], resolved))
    known = _known(terms, ids)
    found = [days.first_day(start, known(one), terms.signed_on) for one in ids]
    if any(not one.certain for one in found):
        return start.no_later_than
    return max(one.earliest for one in found)


def _rows(
    terms: Terms, part: Part, work_id: UUID, known: Known, at: Course, meant: Meant
) -> Iterator[Row]:
    for window, depends in _windows(terms, part, known, at):
        for stretch in meant(part.territory, window):
            common = {
                "work_id": work_id,
                "clause": part.clause,
                "territory": stretch.text,
                "span": stretch.box.places,
                "window": stretch.box.window,
                "depends": depends,
            }
            yield from _written(part, common)


def _windows(terms: Terms, part: Part, known: Known, at: Course) -> Iterator[tuple[Window, str]]:
    """Return the days of a clause with what they hang on, renewals included."""
    renewed = not part.own_end and at.end is not None and isinstance(terms.end, Fixed | AfterStart)
    end = Fixed(at.end - A_DAY) if renewed and at.end else part.end
    span = days.span(part.start, end, known, terms.signed_on)
    if span.certain:
        yield span.certain, ""
    for window in span.possible:
        yield window, span.depends
    if renewed and at.end and at.next_end:
        yield Window(at.end, at.next_end), RENEWAL


def _written(part: Part, common: dict[str, Any]) -> Iterator[Row]:
    rights = rights_of(part)
    if isinstance(part, Granted):
        spoken = tongues.read(part.languages)
        for right in dict.fromkeys(leaf for code in part.rights for leaf in leaves(code.lower())):
            yield written.Grant(
                **common,
                right=right,
                exclusive=part.exclusive,
                languages=", ".join(part.languages),
                tongues=spoken,
            )
        return
    if isinstance(part, HeldBack):
        yield written.Holdback(**common, rights=rights, binds=part.binds)
    elif isinstance(part, Optioned):
        exercise = Window(part.exercise_from, part.exercise_by + A_DAY)
        yield written.Option(**common, rights=rights, kind=part.kind, exercise=exercise)
    elif isinstance(part, Limited):
        yield written.RunCap(
            **common, rights=rights, runs=part.runs, exhibition_days=part.exhibition_days
        )


def rights_of(part: Part) -> SpanSet:
    """Return all that a clause's rights cover. Raises UnknownRight."""
    return SpanSet.of(span for code in part.rights for span in clauses.right_span(code).ranges)
