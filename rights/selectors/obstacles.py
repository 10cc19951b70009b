"""What stands in the way of a licence: other licences' clauses, and rights that aren't ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rights.engine import written
from rights.engine.boxes import Box, cut
from rights.engine.written import Grant, Holdback, Row
from rights.models.grants import Binds
from rights.selectors import blocks, ownership
from rights.selectors.grants import Asked, Standing, grants, holdbacks, leaves_in, right_set
from rights.selectors.ownership import Ground
from territories.geography.spans import SpanSet
from territories.selectors import names

SOLD_EXCLUSIVELY = "sold_exclusively"
SOLD = "sold_non_exclusively"
HELD_BACK = "holdback"
BREAKS_HOLDBACK = "granted_before_holdback"
NOT_OURS = "no_rights_in"
CONFLICT = "unresolved_conflict"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One clause in the way: ``row`` is what it stops, ``box`` the exact part.

    ``license`` is None and ``clause`` empty where no licence but a claim, or its lack, is meant.
    """

    code: str
    row: Row
    box: Box
    words: str
    clause: str = ""
    document: str = ""
    license: UUID | None = None


def of(*, license_id: UUID, licensee: UUID, rows: Sequence[Row]) -> list[Obstacle]:
    """Return all that stands in the way of ``rows``, in their order. A question or five in all."""
    works = {row.work_id for row in rows}
    granted = [row for row in rows if isinstance(row, Grant)]
    ours = [row for row in rows if isinstance(row, Holdback) and row.binds == Binds.LICENSOR]
    sold = _by_work(
        one for one in grants(Asked(works)) if one.license != license_id
    )  # known breaches stand in the way, too
    back = _by_work(
        one
        for one in holdbacks(Asked(works))
        if one.license != license_id
        and one.licensee != licensee
        and one.row.binds == Binds.LICENSOR
    )
    found = [each for row in granted for each in _sold(row, sold.get(row.work_id, ()))]
    found += [each for row in granted for each in _held(row, back.get(row.work_id, ()))]
    found += [each for row in ours for each in _broken(row, sold.get(row.work_id, ()), licensee)]
    ground = ownership.of_works({row.work_id for row in granted})
    return found + _not_ours(granted, ground) + _disputed(granted, ground)


def _by_work(rows: Iterable[Standing[Any]]) -> dict[UUID, list[Standing[Any]]]:
    found: dict[UUID, list[Standing[Any]]] = {}
    for one in rows:
        found.setdefault(one.row.work_id, []).append(one)
    return found


def box_of(row: Row) -> Box:
    """Return the ground of a written clause."""
    return Box(right_set(row.right) if isinstance(row, Grant) else row.rights, row.span, row.window)


def _meeting(code: str, row: Row, other: Standing[written.Row], verb: str) -> Obstacle | None:
    box = box_of(row).common(box_of(other.row))
    if box is None:
        return None
    words = f"{verb} by {other.document}, clause {other.row.clause}: {told(box)}"
    if other.row.depends:
        words += f" (depends on {other.row.depends})"
    return Obstacle(code, row, box, words, other.row.clause, other.document, other.license)


def _sold(row: Grant, others: Iterable[Standing[written.Row]]) -> Iterable[Obstacle]:
    for other in others:
        there = other.row
        assert isinstance(there, Grant)
        if not (there.exclusive or row.exclusive) or not there.tongues.overlaps(row.tongues):
            continue
        code = SOLD_EXCLUSIVELY if there.exclusive else SOLD
        verb = "sold exclusively" if there.exclusive else "sold, and exclusivity is asked for,"
        if found := _meeting(code, row, other, verb):
            yield found


def _held(row: Grant, others: Iterable[Standing[written.Row]]) -> Iterable[Obstacle]:
    for other in others:
        if found := _meeting(HELD_BACK, row, other, "held back"):
            yield found


def _broken(
    row: Holdback, others: Iterable[Standing[written.Row]], licensee: UUID
) -> Iterable[Obstacle]:
    for other in others:
        if other.licensee == licensee:
            continue
        if found := _meeting(BREAKS_HOLDBACK, row, other, "granted to others"):
            yield found


def _not_ours(rows: Sequence[Grant], ground: Mapping[UUID, list[Ground]]) -> list[Obstacle]:
    found: list[Obstacle] = []
    for row in rows:
        here = ground.get(row.work_id, [])
        for left in cut([box_of(row)], [one.box for one in here if one.ours]):
            strange = [one for one in here if not one.ours and one.box.common(left)]
            whose = "; ".join(dict.fromkeys(one.words for one in strange)) or (
                "the work has no such right"
            )
            found.append(
                Obstacle(NOT_OURS, row, left, f"not ours to license: {told(left)} ({whose})")
            )
    return found


def _disputed(rows: Sequence[Grant], ground: Mapping[UUID, list[Ground]]) -> list[Obstacle]:
    """Return the open conflicts on what is ours meanwhile: it may turn out to be another's."""
    parts = blocks.conflicts({row.work_id for row in rows})
    found = []
    for row in rows:
        ours = [one.box for one in ground.get(row.work_id, []) if one.ours]
        for part in parts.get(row.work_id, []):
            box = box_of(row).common(part.box)
            if box and any(box.common(own) for own in ours):
                words = f"in conflict: {told(box)}. {part.detail}. Have it decided first"
                found.append(Obstacle(CONFLICT, row, box, words))
    return found


def told(box: Box) -> str:
    """Return a box in words: rights, places, days."""
    rights = names.right_words(box.rights) or _rights(box.rights)
    return f"{rights} in {names.words_for(box.places) or 'some places'}, {box.window}"


def _rights(rights: SpanSet) -> str:
    return ", ".join(leaves_in(rights))


def clashes(rows: Sequence[Row]) -> list[tuple[Grant, Grant]]:
    """Return pairs of exclusive grants of one licence that meet: the constraint refuses them."""
    by_right: dict[tuple[UUID, str], list[Grant]] = {}
    for row in rows:
        if isinstance(row, Grant) and row.exclusive:
            by_right.setdefault((row.work_id, row.right), []).append(row)
    return [
        (one, other)
        for same in by_right.values()
        for at, one in enumerate(same)
        for other in same[at + 1 :]
        if box_of(one).common(box_of(other)) and one.tongues.overlaps(other.tongues)
    ]
