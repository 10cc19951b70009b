"""Change requests: what waits for a second pair of eyes; approve, reject or withdraw it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework.request import Request

from accounts import changes as kinds
from accounts import permissions
from accounts.api.base import ApiView, place
from accounts.models import ChangeRequest, ServiceAccount
from accounts.selectors import changes as questions
from accounts.services import changes
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Answer, Reply, operation
from kernel.errors import DomainError

STATE = schema.one_of(ChangeRequest.State.values)
LINE = {
    "id": schema.UUID,
    "kind": schema.text(100),
    "about": {"type": "string", "description": "What it is about, in words."},
    "target": schema.UUID,
    "base_version": schema.COUNT,
    "state": STATE,
    "reason": schema.text(1000),
    "maker": schema.UUID,
    "needs": {**schema.COUNT, "description": "How many people have to approve it."},
    "approvals": schema.many(schema.record("Approval", {"by": schema.UUID, "at": schema.MOMENT})),
    "payload_hash": {**schema.SHA256, "description": "What an approval names: what was seen."},
    "asked_at": schema.MOMENT,
    "expires_at": schema.MOMENT,
    "ended_at": schema.maybe(schema.MOMENT),
}
_EXAMPLE = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a16",
    "kind": "royalties.deal.sign",
    "about": "ART-1 Kestrel, recordings",
    "target": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a11",
    "base_version": 0,
    "state": "pending",
    "reason": "The contract of March",
    "maker": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a17",
    "needs": 1,
    "approvals": [],
    "payload_hash": "0" * 64,
    "asked_at": "2026-04-10T09:30:00Z",
    "expires_at": "2026-04-24T09:30:00Z",
    "ended_at": None,
}
CHANGE = schema.record("ChangeRequest", LINE, example=_EXAMPLE)
WHOLE = schema.record(
    "ChangeRequestInFull",
    {
        **LINE,
        "payload": schema.ANYTHING,
        "differences": schema.many(
            schema.record(
                "Difference",
                {
                    "label": {"type": "string"},
                    "before": {"type": "string"},
                    "after": {"type": "string"},
                },
            )
        ),
        "consequence": {"type": "string", "description": "What an approval does for good."},
    },
    example={
        **_EXAMPLE,
        "payload": {"number": 1},
        "differences": [{"label": "Version", "before": "none", "after": "1"}],
        "consequence": "The version is in force from then on.",
    },
)
WAITS = Answer("It isn't done: it waits for somebody else's approval.", WHOLE, tagged=True)
SEEN = schema.record(
    "ChangeApproval", {"payload_hash": schema.SHA256}, example={"payload_hash": "0" * 64}
)
WHY = schema.record(
    "ChangeRejection",
    {"reason": schema.text(1000, least=1)},
    example={"reason": "Not what was agreed"},
)
ASKED = schema.record(
    "AskedChange",
    {
        "id": schema.UUID,
        "state": schema.text(20),
        "payload_hash": schema.SHA256,
        "expires_at": schema.MOMENT,
    },
)
LISTING = Listing(
    sorts={"asked_at": "asked_at"},
    start="-asked_at",
    page="changes",
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("kind", schema.text(100, least=1), lambda value: Q(kind=value)),
        Filter("maker", schema.UUID, lambda value: Q(maker=value)),
        Filter("target", schema.UUID, lambda value: Q(target_id=value)),
    ),
)


class PersonNeeded(DomainError):
    """The deed needs somebody's second factor, which no program has."""

    code = "person_needed"
    status = 403


def asked(change: ChangeRequest) -> dict[str, Any]:
    """Return a request that was just made."""
    return {
        "id": str(change.pk),
        "state": change.state,
        "payload_hash": change.payload_hash,
        "expires_at": written.moment(change.expires_at),
    }


def complete(rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
    """Return the rows with what they are shown with."""
    return rows.prefetch_related("approvals")


def _listed(rows: Sequence[ChangeRequest]) -> list[dict[str, Any]]:
    names = questions.names_of(rows)
    return [
        {
            "id": str(row.pk),
            "kind": row.kind,
            "about": str(names[row.pk]),
            "target": str(row.target_id),
            "base_version": row.base_version,
            "state": row.state,
            "reason": row.reason,
            "maker": str(row.maker_id),
            "needs": row.needs,
            "approvals": [
                {"by": str(each.approver_id), "at": written.moment(each.at)}
                for each in sorted(row.approvals.all(), key=lambda each: each.at)
            ],
            "payload_hash": row.payload_hash,
            "asked_at": written.moment(row.asked_at),
            "expires_at": written.moment(row.expires_at),
            "ended_at": written.moment(row.ended_at),
        }
        for row in rows
    ]


def whole(row: ChangeRequest) -> dict[str, Any]:
    """Return a request in full: what changes, and what an approval does."""
    kind = kinds.kind(row.kind)
    return {
        **_listed([row])[0],
        "payload": row.payload,
        "differences": [
            {"label": str(label), "before": str(before), "after": str(after)}
            for label, before, after in kind.describe(row.payload)
        ],
        "consequence": kind.consequence,
    }


def waiting(row: ChangeRequest) -> Reply:
    """Return the answer to a deed that became a change request: WAITS, with its address.

    It is read anew, as whoever reads it next will see it: the two have one ETag.
    """
    kept = complete(ChangeRequest.objects.all()).get(pk=row.pk)
    return Reply(whole(kept), status=202, location=place("change", pk=row.pk))


class Changes(ApiView):
    """The list of change requests."""

    group = "Change requests"
    permission = permissions.CHANGES_SEE

    @operation("List change requests", gives=schema.page_of(CHANGE), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(complete(ChangeRequest.objects.all())), _listed)


class ChangeView(ApiView):
    """A view of one change request."""

    group = "Change requests"
    permission = permissions.CHANGES_SEE

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now, locked."""
        return whole(self.one(complete(ChangeRequest.objects.select_for_update()), pk))

    def now(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now."""
        return whole(self.one(complete(ChangeRequest.objects.all()), pk))


class OneChange(ChangeView):
    """One change request."""

    @operation("Read a change request in full", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return self.now(pk)


class Approve(ChangeView):
    """Approve what was seen."""

    @operation(
        "Approve a change request",
        takes=SEEN,
        gives=WHOLE,
        tagged=True,
        changes=True,
        description="The last approval needed also does the change. Nobody approves what they "
        "asked for (409 `own_change`). What needs a second factor is for people: a program gets "
        "403 `person_needed`, a person without a fresh factor 403 `step_up_needed`.",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Approve it."""
        change = self.one(ChangeRequest.objects.all(), pk)
        code = kinds.kind(change.kind).approve
        if isinstance(self.actor, ServiceAccount) and permissions.find(code).high:
            raise PersonNeeded(
                f"Approving this needs a person's second factor ({code}). Somebody who may "
                "approves it in the browser, at /changes/."
            )
        changes.approve(
            request_id=pk,
            payload_hash=self.sent["payload_hash"],
            by=self.actor,
            at=timezone.now(),
            fresh=self.fresh,
        )
        return self.now(pk)


class Reject(ChangeView):
    """Reject it."""

    @operation("Reject a change request", takes=WHY, gives=WHOLE, tagged=True, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Reject it; its maker reads the reason."""
        self.one(ChangeRequest.objects.all(), pk)
        changes.reject(request_id=pk, by=self.actor, at=timezone.now(), **self.sent)
        return self.now(pk)


class Withdraw(ChangeView):
    """Take one's own back."""

    @operation("Withdraw your own change request", gives=WHOLE, tagged=True, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Withdraw it."""
        self.one(ChangeRequest.objects.all(), pk)
        changes.withdraw(request_id=pk, by=self.actor, at=timezone.now())
        return self.now(pk)
