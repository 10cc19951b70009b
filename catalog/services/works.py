"""Make works. ``rights.services.registration.register_work`` is the only caller: no work without
its default claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from catalog.models import Work
from catalog.models.works import WorkKind
from catalog.titles import title_key
from kernel.errors import DomainError
from kernel.ids import uuid7


class BadWork(DomainError):
    """A work that can't be made or changed as asked."""

    code = "bad_work"
    status = 422


class WorkExists(DomainError):
    """Another work has this code or identifier."""

    code = "work_exists"


@dataclass(frozen=True, slots=True)
class NewWork:
    """What a new work is made of. ``code`` is the organisation's own, kept in capitals."""

    kind: str
    title: str
    subtitle: str = ""
    version: str = ""
    parent_id: UUID | None = None
    number: int | None = None
    duration_seconds: int | None = None
    code: str = ""
    id: UUID = field(default_factory=uuid7)


@transaction.atomic
def create_many(*, works: Sequence[NewWork], at: datetime) -> list[Work]:
    """Make works, all or none, and return them in order; the caller records the event.

    Parents may stand in the same list. Raises BadWork or WorkExists.
    """
    rows = [_row(work, at) for work in works]
    try:
        with transaction.atomic():
            Work.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:
        raise WorkExists(
            "One of these codes is taken by another work. Choose another code."
        ) from error
    return rows


def create(*, work: NewWork, at: datetime) -> Work:
    """Make one work; the caller records the event. Raises BadWork or WorkExists."""
    return create_many(works=[work], at=at)[0]


def _row(work: NewWork, at: datetime) -> Work:
    title = " ".join(work.title.split())
    if work.kind not in WorkKind.values:
        raise BadWork(f"{work.kind!r} is no kind of work. Kinds are: {', '.join(WorkKind)}.")
    if not title or len(title) > 500:
        raise BadWork("A work needs a title of up to 500 characters.")
    return Work(
        id=work.id,
        kind=work.kind,
        title=title,
        subtitle=work.subtitle.strip(),
        version=work.version.strip(),
        title_key=title_key(title),
        parent_id=work.parent_id,
        number=work.number,
        duration_seconds=work.duration_seconds,
        code=work.code.strip().upper(),
        created_at=at,
    )
