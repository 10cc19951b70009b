"""Works: list and search them, read one, retitle, retire, move, number it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from catalog import identifiers as numbers
from catalog.models import Credit, Work, WorkIdentifier
from catalog.models.credits import Role
from catalog.models.works import WorkKind, WorkStatus
from catalog.permissions import WORK_EDIT, WORK_VIEW
from catalog.selectors import search
from catalog.services import hierarchy, identifiers, works
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation

REASON = schema.text(500, least=1, description="Why, for the record.")
NUMBER = schema.maybe(schema.whole(0, 2_000_000_000))
KIND = schema.one_of(WorkKind.values)
IDENTIFIER = {"kind": schema.one_of(numbers.KINDS), "value": schema.text(120, least=1)}
CREDIT = schema.record(
    "Credit", {"artist": schema.text(300, least=1), "role": schema.one_of(Role.values)}
)
_EXAMPLE = {
    "kind": "recording",
    "title": "Blue Hour",
    "code": "W-1",
    "identifiers": [{"kind": "isrc", "value": "QZ1110000001"}],
    "credits": [{"artist": "Kestrel", "role": "main"}],
}
WORK = schema.record(
    "Work",
    {
        "id": schema.UUID,
        "kind": KIND,
        "title": schema.text(500),
        "subtitle": schema.text(500),
        "version": schema.text(200),
        "code": schema.text(64),
        "status": schema.one_of(WorkStatus.values),
        "parent": schema.maybe(schema.UUID),
        "number": NUMBER,
        "duration_seconds": NUMBER,
        "identifiers": schema.many(
            schema.record("Identifier", {"id": schema.UUID, **IDENTIFIER, "confirmed": schema.FLAG})
        ),
        "credits": schema.many(CREDIT),
        "created_at": schema.MOMENT,
    },
    example={
        **_EXAMPLE,
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a01",
        "subtitle": "",
        "version": "",
        "status": "active",
        "parent": None,
        "number": None,
        "duration_seconds": 215,
        "identifiers": [
            {
                "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a02",
                "kind": "isrc",
                "value": "QZ1110000001",
                "confirmed": True,
            }
        ],
        "created_at": "2026-04-10T09:30:00Z",
    },
)
NEW_WORK = schema.record(
    "NewWork",
    {
        "id": schema.UUID,
        "kind": KIND,
        "title": schema.text(500, least=1),
        "subtitle": schema.text(500),
        "version": schema.text(200),
        "code": schema.text(64),
        "parent": schema.maybe(schema.UUID),
        "number": NUMBER,
        "duration_seconds": NUMBER,
        "identifiers": schema.many(schema.record("NewIdentifier", IDENTIFIER), most=50),
        "credits": schema.many(CREDIT, most=100),
        "owner": {**schema.UUID, "description": "The holder of its default claims."},
        "confirmed": {
            **schema.FLAG,
            "description": "Keep identifiers that fail their check: a person says they are so.",
        },
    },
    optional=(
        "id subtitle version code parent number duration_seconds identifiers credits owner "
        "confirmed"
    ).split(),
    example=_EXAMPLE,
)
CHANGED = {
    **schema.record(
        "ChangedWork",
        {
            "title": schema.text(500, least=1),
            "subtitle": schema.text(500),
            "version": schema.text(200),
            "reason": REASON,
        },
        optional=("title", "subtitle", "version"),
        example={"title": "Blue Hour (2026 master)", "reason": "As it stands on the label copy"},
    ),
    "minProperties": 2,
}
WHY = schema.record("Reason", {"reason": REASON}, example={"reason": "Entered twice"})


def found(query: str) -> Q:
    """Return what holds for the works that words find: the best two hundred."""
    return Q(pk__in=[line.id for line in search.find(query, limit=200)])


LISTING = Listing(
    sorts={"title": "title_key", "created_at": "created_at", "code": "code"},
    start="title",
    page="works",
    search=found,
    filters=(
        Filter("kind", KIND, lambda value: Q(kind=value)),
        Filter("status", schema.one_of(WorkStatus.values), lambda value: Q(status=value)),
        Filter("parent", schema.UUID, lambda value: Q(parent=value), "The works below this one."),
        Filter("code", schema.text(64, least=1), lambda value: Q(code=value.strip().upper())),
    ),
)


def complete(rows: QuerySet[Work] | None = None) -> QuerySet[Work]:
    """Return the rows (None: all) with what they are shown with."""
    return (Work.objects.all() if rows is None else rows).prefetch_related(
        Prefetch(
            "identifiers",
            WorkIdentifier.objects.filter(removed_at=None).order_by("kind", "value"),
        ),
        Prefetch("credits", Credit.objects.select_related("artist").order_by("position", "id")),
    )


def shown(work: Work) -> dict[str, Any]:
    """Return a work as the API tells it."""
    return {
        "id": str(work.pk),
        "kind": work.kind,
        "title": work.title,
        "subtitle": work.subtitle,
        "version": work.version,
        "code": work.code,
        "status": work.status,
        "parent": work.parent_id and str(work.parent_id),
        "number": work.number,
        "duration_seconds": work.duration_seconds,
        "identifiers": [
            {"id": str(e.pk), "kind": e.kind, "value": e.value, "confirmed": e.confirmed}
            for e in work.identifiers.all()
        ],
        "credits": [{"artist": e.artist.name, "role": e.role} for e in work.credits.all()],
        "created_at": written.moment(work.created_at),
    }


def listed(rows: Sequence[Work]) -> list[dict[str, Any]]:
    """Return a page's works."""
    return [shown(row) for row in rows]


def now(pk: UUID) -> dict[str, Any]:
    """Return one work as it is now."""
    return shown(complete().get(pk=pk))


class Works(ApiView):
    """The list of works."""

    group = "Works"
    permission = {"GET": WORK_VIEW, "POST": WORK_EDIT}

    @operation("List works", gives=schema.page_of(WORK), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List and search them."""
        return self.page(LISTING, self.rows(complete()), listed)


class OneWork(ApiView):
    """One work."""

    group = "Works"
    permission = {"GET": WORK_VIEW, "PATCH": WORK_EDIT}

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now, locked."""
        return shown(self.one(complete(Work.objects.select_for_update(no_key=True)), pk))

    @operation("Read a work", gives=WORK, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.one(complete(), pk))

    @operation("Give a work another title", takes=CHANGED, gives=WORK, tagged=True, changes=True)
    def patch(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Retitle it; what isn't sent stays."""
        work = self.one(Work.objects.all(), pk)
        kept = {name: getattr(work, name) for name in ("title", "subtitle", "version")}
        works.retitle(work_id=pk, actor=self.actor, at=timezone.now(), **{**kept, **self.sent})
        return now(pk)


class WorkDeed(ApiView):
    """A deed on one work."""

    group = "Works"
    permission = {"POST": WORK_EDIT}

    def present(self, pk: UUID, **_: Any) -> dict[str, Any]:
        """Return the work as it is now, locked."""
        return shown(self.one(complete(Work.objects.select_for_update(no_key=True)), pk))

    def reached(self, pk: UUID) -> UUID:
        """Return the key of the work within reach."""
        return self.one(Work.objects.all(), pk).pk


class Retire(WorkDeed):
    """Take a work out of dealing."""

    @operation("Retire a work", takes=WHY, gives=WORK, tagged=True, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Retire it."""
        works.retire(work_id=self.reached(pk), actor=self.actor, at=timezone.now(), **self.sent)
        return now(pk)


class Reinstate(WorkDeed):
    """Deal in a work again."""

    @operation("Deal in a retired work again", takes=WHY, gives=WORK, tagged=True, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Reinstate it."""
        works.reinstate(work_id=self.reached(pk), actor=self.actor, at=timezone.now(), **self.sent)
        return now(pk)


MOVE = schema.record(
    "WorkPlace",
    {"parent": schema.maybe(schema.UUID), "number": NUMBER, "reason": REASON},
    optional=["number"],
    example={
        "parent": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a09",
        "number": 3,
        "reason": "It is the third episode",
    },
)


class Move(WorkDeed):
    """Put a work below another."""

    @operation(
        "Put a work below another, or below none", takes=MOVE, gives=WORK, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Move it."""
        parent = self.sent["parent"]
        if parent is not None:
            parent = self.reached(parent)
        hierarchy.move(
            work_id=self.reached(pk),
            parent_id=parent,
            number=self.sent.get("number"),
            reason=self.sent["reason"],
            actor=self.actor,
            at=timezone.now(),
        )
        return now(pk)


GIVEN = schema.record(
    "GivenIdentifier",
    {**IDENTIFIER, "confirmed": schema.FLAG},
    optional=["confirmed"],
    example={"kind": "isrc", "value": "QZ-111-00-00001"},
)


class Identifiers(WorkDeed):
    """A work's numbers."""

    @operation(
        "Give a work an identifier", takes=GIVEN, gives=WORK, status=201, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Add it."""
        identifiers.add(work_id=self.reached(pk), actor=self.actor, at=timezone.now(), **self.sent)
        return Reply(now(pk))


class RemoveIdentifier(WorkDeed):
    """Take a number away."""

    @operation(
        "Take an identifier away from a work", takes=WHY, gives=WORK, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID, identifier: UUID) -> dict[str, Any]:
        """Remove it."""
        work = self.one(Work.objects.all(), pk)
        row = self.one(WorkIdentifier.objects.filter(work=work), identifier)
        identifiers.remove(identifier_id=row.pk, actor=self.actor, at=timezone.now(), **self.sent)
        return now(pk)
