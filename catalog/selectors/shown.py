"""Works as pages show them: the rows of the list, and everything known of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from catalog import identifiers as numbers
from catalog.models import Credit, Work, WorkEvent, WorkIdentifier, WorkLink
from catalog.models.credits import Role
from catalog.models.events import WorkEventKind
from catalog.models.works import IdentifierKind, WorkKind, WorkStatus
from catalog.selectors import search
from foundation.folding import fold
from foundation.models.keysets import among

MOST = 500
KINDS = list(WorkKind.choices)
STATUSES = list(WorkStatus.choices)
IDENTIFIERS = list(IdentifierKind.choices)
ROLES = list(Role.choices)
DATES = list(WorkEventKind.choices)
RELATIONS = list(WorkLink.Relation.choices)


def works() -> "QuerySet[Work]":
    """Return all works."""
    return Work.objects.all()


def dealt_in(rows: "QuerySet[Work]") -> "QuerySet[Work]":
    """Return those that aren't retired."""
    return rows.filter(status=WorkStatus.ACTIVE)


def finds(words: str) -> Q:
    """Return what holds for the works that somebody searches for: number, title or likeness."""
    return Q(pk__in=among(work.id for work in search.find(words, limit=MOST)))


def of_works(words: str) -> Q:
    """Return what holds for rows whose ``work`` is one of those that somebody searches for."""
    return Q(work__in=among(work.id for work in search.find(words, limit=MOST)))


def by_artist(name: str) -> Q:
    """Return what holds for works credited to an artist whose name holds ``name``."""
    credited = Credit.objects.filter(artist_key__contains=fold(name)).values("work_id")
    return Q(pk__in=credited)


def kind_name(kind: str) -> str:
    """Return a kind of work in words."""
    return str(WorkKind(kind).label)


def kinds_of(work_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the kinds of works in words, by id."""
    rows = Work.objects.filter(pk__in=among(work_ids)).values_list("pk", "kind")
    return {pk: kind_name(kind) for pk, kind in rows}


def numbers_of(work_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the standing identifiers of works as one text each: "ISRC QZ…, UPC/EAN 0…"."""
    rows = WorkIdentifier.objects.filter(work_id__in=among(work_ids), removed_at=None)
    found: dict[UUID, list[str]] = {}
    for work_id, kind, value in rows.order_by("kind", "value").values_list(
        "work_id", "kind", "value"
    ):
        found.setdefault(work_id, []).append(f"{numbers.KINDS[kind]} {value}")
    return {work_id: ", ".join(told) for work_id, told in found.items()}


def identifiers_of(work_id: UUID) -> "QuerySet[WorkIdentifier]":
    """Return the identifiers that stand on a work."""
    return WorkIdentifier.objects.filter(work_id=work_id, removed_at=None).order_by("kind", "value")


def identifiers() -> "QuerySet[WorkIdentifier]":
    """Return all identifiers that stand."""
    return WorkIdentifier.objects.filter(removed_at=None)


def credits_of(work_id: UUID) -> "QuerySet[Credit]":
    """Return a work's credits in order, with their artists."""
    return (
        Credit.objects.filter(work_id=work_id).select_related("artist").order_by("position", "role")
    )


def dates_of(work_id: UUID) -> list[WorkEvent]:
    """Return the dates of a work that hold: of each kind and territory the one recorded last."""
    rows = WorkEvent.objects.filter(work_id=work_id)
    last = rows.order_by("kind", "territory", "-recorded_at").distinct("kind", "territory")
    return [row for row in last if row.on is not None]


def children_of(work_id: UUID, limit: int = 200) -> Sequence[Work]:
    """Return the works right below one, by number and title."""
    return list(Work.objects.filter(parent_id=work_id).order_by("number", "title_key")[:limit])


@dataclass(frozen=True, slots=True)
class Joined:
    """A work joined to the one asked about; ``how`` says how that one stands to it, in words."""

    link: UUID
    how: str
    other: Work


def links_of(work_id: UUID) -> list[Joined]:
    """Return the works joined to one; of those that lead back to it the first two hundred."""
    out = WorkLink.objects.filter(work_id=work_id).select_related("other")
    back = WorkLink.objects.filter(other_id=work_id).select_related("work")
    backwards = {"records": "is recorded as", "includes": "is included in", "derives": "led to"}
    forwards = {"records": "is a recording of", "includes": "includes", "derives": "derives from"}
    return [
        *(Joined(link.pk, forwards[link.relation], link.other) for link in out),
        *(Joined(link.pk, backwards[link.relation], link.work) for link in back[:200]),
    ]
