"""Many works at once, for imports of tables: changed, and given back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from catalog.models import Credit, Work, WorkIdentifier
from catalog.models.credits import Role
from catalog.models.works import WorkStatus
from catalog.selectors import hierarchy as lines
from catalog.selectors import works as known
from catalog.selectors.tables import NUMBERS
from catalog.services import credits as crediting
from catalog.services import hierarchy, works
from catalog.titles import title_key
from foundation.database import bulk
from foundation.models.keysets import among
from kernel.ids import uuid7

if TYPE_CHECKING:
    from audit.actors import Actor

Row = Mapping[str, str]


@transaction.atomic
def amend_many(
    *, rows: Sequence[tuple[UUID, Row, Row]], actor: "Actor", at: datetime, source: str
) -> None:
    """Change works from one row of values to another (selectors.tables.COLUMNS), all or none.

    All but a work's kind changes; artists are the main ones. Raises BadWork, UnknownWork and
    WorkExists.
    """
    after = [values for _, _, values in rows]
    titles = [works.checked_title(values["title"]) for values in after]
    try:
        with transaction.atomic():
            bulk.update(
                Work,
                [key for key, _, _ in rows],
                {
                    "title": titles,
                    "title_key": [title_key(title) for title in titles],
                    "subtitle": [values["subtitle"] for values in after],
                    "version": [values["version_name"] for values in after],
                    "number": [_whole(values["number"]) for values in after],
                    "duration_seconds": [_whole(values["duration_seconds"]) for values in after],
                    "code": [values["code"] for values in after],
                },
            )
            _renumber(rows, at)
            _move(rows)
            _credit(rows, at)
    except IntegrityError as error:
        raise works.WorkExists("A code or number in the table is another work's.") from error
    _told("amended", len(rows), actor, at, source)


@transaction.atomic
def withdraw_many(*, ids: Sequence[UUID], actor: "Actor", at: datetime, source: str) -> None:
    """Retire works that an import made; their codes and numbers become free."""
    standing = WorkIdentifier.objects.filter(work__in=ids, removed_at=None)
    standing.update(removed_at=at)
    Work.objects.filter(pk__in=ids).update(status=WorkStatus.RETIRED, code="")
    _told("withdrawn", len(ids), actor, at, source)


def _renumber(rows: Sequence[tuple[UUID, Row, Row]], at: datetime) -> None:
    """Add the identifiers that are new, and take away those that are gone."""
    fresh = []
    for key, before, after in rows:
        for kind in NUMBERS:
            old, new = listed(before[kind]), listed(after[kind])
            if gone := old - new:
                mine = WorkIdentifier.objects.filter(work=key, kind=kind, removed_at=None)
                mine.filter(value__in=gone).update(removed_at=at)
            fresh += [
                works.identifier(key, kind, value, at=at, confirmed=False, lenient=True)
                for value in sorted(new - old)
            ]
    WorkIdentifier.objects.bulk_create(fresh, batch_size=2000)


def _move(rows: Sequence[tuple[UUID, Row, Row]]) -> None:
    """Put works below other parents. Raises UnknownWork, and BadWork for a circle."""
    moved = {key: after["parent"] for key, old, after in rows if old["parent"] != after["parent"]}
    if not moved:
        return
    hierarchy.one_at_a_time()
    codes = set(moved.values()) - {""}
    ids = known.by_codes(codes)
    if missing := codes - ids.keys():
        raise works.UnknownWork(f"There is no work with the code {min(missing)}.")
    parents = [ids[code] if code else None for code in moved.values()]
    bulk.update(Work, list(moved), {"parent": parents})
    over = lines.parents_of(moved)
    for key in moved:
        at, passed = over.get(key), {key}
        while at is not None and at not in passed:
            passed.add(at)
            at = over.get(at)
        if at is not None:
            raise works.BadWork("A work can't stand below itself. Look at the parents given.")


def _credit(rows: Sequence[tuple[UUID, Row, Row]], at: datetime) -> None:
    """Give works their main artists, in order; who stays keeps the credit that is there."""
    changed = {key: after for key, old, after in rows if old["artists"] != after["artists"]}
    if not changed:
        return
    wanted = {key: [n for n in after["artists"].split("; ") if n] for key, after in changed.items()}
    mine = Credit.objects.filter(work__in=among(changed), role=Role.MAIN).select_related("artist")
    gone = [one.pk for one in mine if one.artist.name not in wanted[one.work_id]]
    Credit.objects.filter(pk__in=among(gone)).delete()
    there = {(one.work_id, one.artist.name) for one in mine}
    crediting.credit_many(
        credits=[
            crediting.NewCredit(key, name, Role.MAIN, position)
            for key, names in wanted.items()
            for position, name in enumerate(names)
            if (key, name) not in there
        ],
        at=at,
    )
    kept = [one for one in mine.all() if one.artist.name in wanted[one.work_id]]
    places = [wanted[one.work_id].index(one.artist.name) for one in kept]
    bulk.update(Credit, [one.pk for one in kept], {"position": places})


def listed(cell: str) -> set[str]:
    """Return the values that a cell lists, set apart by semicolons."""
    return {part.strip() for part in cell.split(";") if part.strip()}


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _told(deed: str, count: int, actor: "Actor", at: datetime, source: str) -> None:
    events.record(
        f"catalog.works.{deed}",
        subject=("catalog.import", uuid7()),
        actor=actor,
        at=at,
        after={"source": source, "count": count},
    )
