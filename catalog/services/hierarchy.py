"""Put works below others, and join works across the hierarchy."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from audit.services import events
from catalog.models import Work, WorkLink
from catalog.models.works import WorkKind
from catalog.selectors import hierarchy
from catalog.services import works
from foundation.tenancy import current_org

if TYPE_CHECKING:
    from audit.actors import Actor


@transaction.atomic
def move(
    *,
    work_id: UUID,
    parent_id: UUID | None,
    actor: "Actor",
    at: datetime,
    number: int | None = None,
    reason: str = "",
) -> Work:
    """Put a work below another (None: below none), as its ``number``. Raises BadWork, UnknownWork.

    Claims and grants are per work and don't move with it.
    """
    one_at_a_time()
    work = works.locked(work_id)
    if parent_id is not None:
        works.locked(parent_id)
        if work_id in (parent_id, *hierarchy.above(parent_id)):
            raise works.BadWork(f"{work.title} can't stand below itself. Choose another parent.")
    before = {"parent": work.parent_id, "number": work.number}
    work.parent_id, work.number = parent_id, number
    work.save(update_fields=["parent", "number"])
    events.record(
        "catalog.work.moved",
        subject=work,
        actor=actor,
        at=at,
        reason=reason,
        before=before,
        after={"parent": parent_id, "number": number},
    )
    return work


@transaction.atomic
def join(*, work_id: UUID, other_id: UUID, relation: str, actor: "Actor", at: datetime) -> WorkLink:
    """Join two works: ``records`` (recording, composition), ``includes`` or ``derives``.

    Raises BadWork, WorkExists or UnknownWork.
    """
    work, other = works.locked(work_id), works.locked(other_id)
    if relation not in WorkLink.Relation.values:
        raise works.BadWork(f"{relation!r} joins nothing: {', '.join(WorkLink.Relation.values)}.")
    if work_id == other_id:
        raise works.BadWork("A work is joined to another one, not to itself.")
    if relation == WorkLink.Relation.RECORDS and other.kind != WorkKind.COMPOSITION:
        raise works.BadWork(f"{other.title} is no composition. A recording records a composition.")
    link = WorkLink(work=work, other=other, relation=relation, created_at=at)
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        raise works.WorkExists(f"{work.title} and {other.title} are joined so already.") from error
    after = {"other": other_id, "relation": relation}
    events.record("catalog.work.joined", subject=work, actor=actor, at=at, after=after)
    return link


@transaction.atomic
def part(*, link_id: UUID, actor: "Actor", at: datetime, reason: str) -> None:
    """Undo a join; the event keeps what it was. Raises UnknownWork."""
    link = WorkLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise works.UnknownWork("These works are not joined any more. Look at the work again.")
    before = {"other": link.other_id, "relation": link.relation}
    subject = ("catalog.work", link.work_id)
    link.delete()
    events.record(
        "catalog.work.parted", subject=subject, actor=actor, at=at, reason=reason, before=before
    )


def one_at_a_time() -> None:
    """Let one move at a time happen in the organisation: two at once could close a circle."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"moves:{current_org()}"]
        )
