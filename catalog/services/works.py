"""Make works, retitle and retire them.

``rights.services.registration.register_work`` is the only caller of ``create`` and
``create_many``: there is no work without its default claim.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from audit.services import events
from catalog import identifiers as numbers
from catalog.models import Work, WorkIdentifier
from catalog.models.works import WorkKind, WorkStatus
from catalog.selectors import works as known
from catalog.services import credits as crediting
from catalog.titles import title_key
from foundation.models.keysets import among
from kernel.errors import DomainError
from kernel.ids import uuid7

if TYPE_CHECKING:
    from audit.actors import Actor

BATCH = 2000


class BadWork(DomainError):
    """A work that can't be made or changed as asked."""

    code = "bad_work"
    status = 422


class BadIdentifier(DomainError):
    """An identifier whose form or check digit is wrong; ``confirmed`` keeps it all the same."""

    code = "bad_identifier"
    status = 422


class WorkExists(DomainError):
    """Another work has this code or identifier."""

    code = "work_exists"


class UnknownWork(DomainError):
    """No such work here."""

    code = "unknown_work"
    status = 404


@dataclass(frozen=True, slots=True)
class NewWork:
    """What a new work is made of. ``code`` is the organisation's own, kept in capitals.

    ``identifiers`` are ``(kind, value)``, ``credits`` are ``(artist's name, role)``, in order.
    """

    kind: str
    title: str
    subtitle: str = ""
    version: str = ""
    parent_id: UUID | None = None
    number: int | None = None
    duration_seconds: int | None = None
    code: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    credits: tuple[tuple[str, str], ...] = ()
    id: UUID = field(default_factory=uuid7)


@transaction.atomic
def create_many(
    *, works: Sequence[NewWork], at: datetime, confirmed: bool = False, lenient: bool = False
) -> list[Work]:
    """Make works, all or none, and return them in order; the caller records the event.

    Parents may stand in the same list. An identifier that fails its check is refused, unless a
    person has ``confirmed`` it; ``lenient`` (imports) keeps it and marks it unconfirmed. Raises
    BadWork, BadIdentifier or WorkExists.
    """
    rows = [_row(work, at) for work in works]
    numbered = [
        identifier(work.id, kind, value, at=at, confirmed=confirmed, lenient=lenient)
        for work in works
        for kind, value in work.identifiers
    ]
    _check_parents(rows)
    try:
        with transaction.atomic():
            Work.objects.bulk_create(rows, batch_size=BATCH)
            WorkIdentifier.objects.bulk_create(numbered, batch_size=BATCH)
    except IntegrityError as error:
        raise _taken(works) from error
    crediting.credit_many(
        credits=[
            crediting.NewCredit(work.id, name, role, position)
            for work in works
            for position, (name, role) in enumerate(work.credits)
        ],
        at=at,
    )
    return rows


def create(*, work: NewWork, at: datetime, confirmed: bool = False, lenient: bool = False) -> Work:
    """Make one work; the caller records the event. Raises as ``create_many`` does."""
    return create_many(works=[work], at=at, confirmed=confirmed, lenient=lenient)[0]


def identifier(
    work_id: UUID, kind: str, value: str, *, at: datetime, confirmed: bool, lenient: bool
) -> WorkIdentifier:
    """Return an identifier's row, not yet saved, held to its check. Raises BadIdentifier."""
    if kind not in numbers.KINDS:
        raise BadIdentifier(f"{kind!r} is no kind of identifier: {', '.join(numbers.KINDS)}.")
    plain, problem = numbers.check(kind, value)
    if problem and not (plain and (confirmed or lenient)):
        raise BadIdentifier(
            f"{problem} Correct it, or confirm that it is meant so.", kind=kind, value=value[:120]
        )
    return WorkIdentifier(
        work_id=work_id,
        kind=kind,
        value=plain,
        confirmed=problem is None or confirmed,
        created_at=at,
    )


@transaction.atomic
def retitle(
    *,
    work_id: UUID,
    title: str,
    actor: "Actor",
    at: datetime,
    subtitle: str = "",
    version: str = "",
    reason: str = "",
) -> Work:
    """Give a work another title; the event keeps the former one. Raises BadWork, UnknownWork."""
    work = locked(work_id)
    before = {"title": work.title, "subtitle": work.subtitle, "version": work.version}
    work.title = checked_title(title)
    work.title_key = title_key(work.title)
    work.subtitle, work.version = subtitle.strip(), version.strip()
    work.save(update_fields=["title", "title_key", "subtitle", "version"])
    after = {"title": work.title, "subtitle": work.subtitle, "version": work.version}
    events.record(
        "catalog.work.retitled",
        subject=work,
        actor=actor,
        at=at,
        reason=reason,
        before=before,
        after=after,
    )
    return work


@transaction.atomic
def retire(*, work_id: UUID, actor: "Actor", at: datetime, reason: str) -> Work:
    """Take a work out of dealing; its past stays. Raises BadWork where it is retired already."""
    return _set_status(work_id, WorkStatus.RETIRED, "catalog.work.retired", actor, at, reason)


@transaction.atomic
def reinstate(*, work_id: UUID, actor: "Actor", at: datetime, reason: str) -> Work:
    """Deal in a retired work again. Raises BadWork where it is active."""
    return _set_status(work_id, WorkStatus.ACTIVE, "catalog.work.reinstated", actor, at, reason)


def locked(work_id: UUID) -> Work:
    """Return a work under its row's lock, until the transaction ends. Raises UnknownWork.

    The lock lets foreign keys to the work be checked meanwhile: they don't wait for each other.
    """
    work = Work.objects.select_for_update(no_key=True).filter(pk=work_id).first()
    if work is None:
        raise UnknownWork(f"There is no work {work_id}. Look it up in the catalogue.")
    return work


def lock_many(work_ids: Iterable[UUID]) -> None:
    """Lock the rows of works until the transaction ends, in one order, so that nobody deadlocks.

    Raises UnknownWork where one of them isn't here.
    """
    ids = set(work_ids)
    rows = Work.objects.select_for_update(no_key=True).filter(pk__in=among(ids)).order_by("pk")
    missing = ids - set(rows.values_list("pk", flat=True))
    if missing:
        raise UnknownWork(f"There is no work {min(missing)}. Look it up in the catalogue.")


def touch(work_ids: Iterable[UUID]) -> None:
    """Write the rows of works anew as they are: what hangs on them changed.

    A lock alone tells nothing to a transaction that saw the work before it was taken: at REPEATABLE
    READ it would go on with what it read. A row written since makes it fail, and be tried again.
    """
    Work.objects.filter(pk__in=among(work_ids)).update(status=F("status"))


def _set_status(
    work_id: UUID, status: WorkStatus, event: str, actor: "Actor", at: datetime, reason: str
) -> Work:
    work = locked(work_id)
    if work.status == status:
        raise BadWork(f"{work.title} is {work.status} already.")
    before, work.status = work.status, status
    work.save(update_fields=["status"])
    events.record(
        event,
        subject=work,
        actor=actor,
        at=at,
        reason=reason,
        before={"status": before},
        after={"status": status},
    )
    return work


def _row(work: NewWork, at: datetime) -> Work:
    if work.kind not in WorkKind.values:
        raise BadWork(f"{work.kind!r} is no kind of work. Kinds are: {', '.join(WorkKind)}.")
    title = checked_title(work.title)
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


def checked_title(title: str) -> str:
    """Return a title without blanks too many. Raises BadWork."""
    title = " ".join(title.split())
    if not title or len(title) > 500:
        raise BadWork("A work needs a title of up to 500 characters.")
    return title


def _check_parents(rows: Iterable[Work]) -> None:
    """Refuse parents that don't exist here, and circles among the new works."""
    parents = {row.pk: row.parent_id for row in rows}
    wanted = {parent for parent in parents.values() if parent} - parents.keys()
    there = set(Work.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing := wanted - there:
        raise UnknownWork(f"There is no work {min(missing)} to be a parent.")
    sound: set[UUID] = set()
    for start in parents:
        path: list[UUID] = []
        at: UUID | None = start
        while at in parents and at not in sound:
            if at in path:
                raise BadWork("A work can't stand below itself. Look at the parents given.")
            path.append(at)
            at = parents[at]
        sound.update(path)


def _taken(works: Sequence[NewWork]) -> WorkExists:
    """Say which code or identifier another work has, or which stands twice in the list."""
    codes = [work.code.strip().upper() for work in works if work.code.strip()]
    taken = sorted(known.by_codes(codes)) or sorted({one for one in codes if codes.count(one) > 1})
    if taken:
        return WorkExists(
            f"The code {taken[0]} is taken by another work. Choose another.", work_code=taken[0]
        )
    pairs = [pair for work in works for pair in work.identifiers]
    plain = [(kind, numbers.normalise(kind, value)) for kind, value in pairs]
    owned = sorted(known.by_identifiers(plain)) or [one for one in plain if plain.count(one) > 1]
    if owned:
        kind, value = owned[0]
        return WorkExists(
            f"{numbers.KINDS[kind]} {value} names another work. Use that one, or take it off.",
            kind=kind,
            value=value,
        )
    return WorkExists("A work with this id is there already. Look it up, or leave out the id.")
