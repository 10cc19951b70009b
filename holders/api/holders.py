"""Holders: list and search them, register, rename, take out of use."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation
from holders.models import Holder
from holders.models.holders import HolderKind
from holders.permissions import HOLDER_EDIT, HOLDER_VIEW
from holders.selectors import search
from holders.services import holders

KIND = schema.one_of(HolderKind.values)
COUNTRY = {"type": "string", "pattern": "^([A-Z]{2})?$", "examples": ["DE"]}
_EXAMPLE = {"kind": "label", "name": "Kestrel Records", "code": "KES", "country": "DE"}
HOLDER = schema.record(
    "Holder",
    {
        "id": schema.UUID,
        "kind": KIND,
        "name": schema.text(300),
        "code": schema.text(64),
        "ipi": schema.text(11),
        "isni": schema.text(16),
        "identifiers_confirmed": schema.FLAG,
        "country": COUNTRY,
        "active": schema.FLAG,
        "reserved": schema.text(10),
        "created_at": schema.MOMENT,
    },
    example={
        **_EXAMPLE,
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b",
        "ipi": "00014107338",
        "isni": "",
        "identifiers_confirmed": True,
        "active": True,
        "reserved": "",
        "created_at": "2026-04-10T09:30:00Z",
    },
)
NUMBERS = {"ipi": schema.text(20), "isni": schema.text(25), "confirmed": schema.FLAG}
NEW_HOLDER = schema.record(
    "NewHolder",
    {
        "id": schema.UUID,
        "kind": KIND,
        "name": schema.text(300, least=1),
        "code": schema.text(64),
        "sort_name": schema.text(300),
        "country": COUNTRY,
        **NUMBERS,
    },
    optional="id code sort_name country ipi isni confirmed".split(),
    example=_EXAMPLE,
)
REASON = schema.text(500, least=1, description="Why, for the record.")
RENAMED = schema.record(
    "RenamedHolder",
    {"name": schema.text(300, least=1), "sort_name": schema.text(300), "reason": REASON},
    optional=["sort_name"],
    example={"name": "Kestrel Recordings", "reason": "Renamed on 1 March"},
)
NUMBERED = schema.record(
    "HolderNumbers",
    {**NUMBERS, "reason": schema.text(500)},
    optional=["confirmed", "reason"],
    example={"ipi": "00014107338", "isni": ""},
)
WHY = schema.record("HolderReason", {"reason": REASON}, example={"reason": "Merged with another"})


def _found(query: str) -> Q:
    return Q(pk__in=[line.id for line in search.find(query, limit=200, only_active=False)])


LISTING = Listing(
    sorts={"name": "sort_key", "created_at": "created_at", "code": "code"},
    start="name",
    page="holders",
    search=_found,
    filters=(
        Filter("kind", KIND, lambda value: Q(kind=value)),
        Filter("active", schema.FLAG, lambda value: Q(active=value)),
        Filter("country", COUNTRY, lambda value: Q(country=value)),
        Filter("code", schema.text(64, least=1), lambda value: Q(code=value.strip().upper())),
    ),
)


def shown(holder: Holder) -> dict[str, Any]:
    """Return a holder as the API tells it."""
    return {
        "id": str(holder.pk),
        "kind": holder.kind,
        "name": holder.name,
        "code": holder.code,
        "ipi": holder.ipi,
        "isni": holder.isni,
        "identifiers_confirmed": holder.identifiers_confirmed,
        "country": holder.country,
        "active": holder.active,
        "reserved": holder.reserved,
        "created_at": written.moment(holder.created_at),
    }


def _listed(rows: Sequence[Holder]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class Holders(ApiView):
    """The list of holders."""

    group = "Holders"
    permission = {"GET": HOLDER_VIEW, "POST": HOLDER_EDIT}

    @operation("List holders", gives=schema.page_of(HOLDER), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List and search them."""
        return self.page(LISTING, self.rows(Holder.objects.all()), _listed)

    @operation(
        "Register a holder",
        takes=NEW_HOLDER,
        gives=HOLDER,
        status=201,
        tagged=True,
        also={200: "It is there already, as it was sent."},
    )
    def post(self, request: Request) -> Reply:
        """Register it, under the id that the client made where it sent one."""
        if (there := self.already(Holder.objects.all(), shown)) is not None:
            return there
        sent = dict(self.sent)
        holder = holders.register(
            holder_id=UUID(sent.pop("id")) if "id" in sent else None,
            actor=self.actor,
            at=timezone.now(),
            **sent,
        )
        return Reply(shown(holder), location=place("holder", pk=holder.pk))


class OneHolder(ApiView):
    """One holder."""

    group = "Holders"
    permission = {"GET": HOLDER_VIEW, "PATCH": HOLDER_EDIT}

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now, locked."""
        return shown(self.one(Holder.objects.select_for_update(), pk))

    @operation("Read a holder", gives=HOLDER, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.one(Holder.objects.all(), pk))

    @operation("Rename a holder", takes=RENAMED, gives=HOLDER, tagged=True, changes=True)
    def patch(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Rename it; issued statements keep the former name."""
        return shown(holders.rename(holder_id=pk, actor=self.actor, at=timezone.now(), **self.sent))


class HolderDeed(ApiView):
    """A deed on one holder."""

    group = "Holders"
    permission = {"POST": HOLDER_EDIT}

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return the holder as it is now, locked."""
        return shown(self.one(Holder.objects.select_for_update(), pk))

    def reached(self, pk: UUID) -> UUID:
        """Return the key of the holder within reach."""
        return self.one(Holder.objects.all(), pk).pk


class Numbers(HolderDeed):
    """Set IPI and ISNI."""

    @operation(
        "Set a holder's IPI and ISNI", takes=NUMBERED, gives=HOLDER, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Set both; an empty text takes one away."""
        at = timezone.now()
        done = holders.set_numbers(holder_id=self.reached(pk), actor=self.actor, at=at, **self.sent)
        return shown(done)


class Deactivate(HolderDeed):
    """Take a holder out of use."""

    @operation(
        "Take a holder out of every list to choose from",
        takes=WHY,
        gives=HOLDER,
        tagged=True,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Deactivate it."""
        at = timezone.now()
        return shown(
            holders.deactivate(holder_id=self.reached(pk), actor=self.actor, at=at, **self.sent)
        )


class Reactivate(HolderDeed):
    """Let a holder be chosen again."""

    @operation("Let a holder be chosen again", takes=WHY, gives=HOLDER, tagged=True, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Reactivate it."""
        at = timezone.now()
        return shown(
            holders.reactivate(holder_id=self.reached(pk), actor=self.actor, at=at, **self.sent)
        )
