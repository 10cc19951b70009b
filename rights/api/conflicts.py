"""Conflicts between claims: what two sources say differently; ask how one is decided."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.api.changes import WHOLE as CHANGE
from accounts.api.changes import waiting
from catalog.services import works
from foundation.api import bodies, schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import FORM, Reply, operation
from rights.api.claim_shapes import CLAIM, SHARES, shown
from rights.models import Conflict
from rights.permissions import CLAIM_VIEW, CONFLICT_ASK
from rights.selectors import conflicts as known
from rights.services import adjudications

FILE_BYTES = 64 << 20
STATE = schema.one_of(Conflict.State.values)
PART = {
    "rights": {"type": "string", "description": "The rights in conflict, in words."},
    "territory": {"type": "string", "description": "Where they are."},
    "starts": schema.maybe(schema.DAY),
    "last_day": schema.maybe(schema.DAY),
}
HEAD = {
    "id": schema.UUID,
    "work": schema.UUID,
    "title": {"type": "string", "description": "The work's."},
    "state": {**STATE, "description": "`open` blocks; `over`: a claim was changed or taken back."},
    "flagged_at": schema.MOMENT,
    "ended_at": schema.maybe(schema.MOMENT),
}
_HEAD = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a20",
    "work": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0a",
    "title": "Blue Hour",
    "state": "open",
    "flagged_at": "2026-04-10T09:30:00Z",
    "ended_at": None,
}
_PART = {
    "rights": "sync",
    "territory": "DE + CH",
    "starts": "2026-01-01",
    "last_day": None,
}
_CLAIMS = ("019adb1e-8c00-7a11-9c5e-2f6d1c0b7a21", "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a22")
LINE = schema.record(
    "ConflictPart",
    {
        **HEAD,
        "row": {**schema.UUID, "description": "One conflict may have several parts."},
        **PART,
        "holding": {**schema.UUID, "description": "The claim that holds the part meanwhile."},
        "contending": {**schema.UUID, "description": "The claim that says otherwise."},
    },
    example={
        **_HEAD,
        "row": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a23",
        **_PART,
        "holding": _CLAIMS[0],
        "contending": _CLAIMS[1],
    },
)
OUTCOME = schema.record(
    "ConflictOutcome",
    {
        "claim": {**schema.UUID, "description": "The claim that came of the decision."},
        "document": schema.UUID,
        "change": {**schema.UUID, "description": "The change request that was approved."},
        "decided_by": schema.UUID,
        "reason": {"type": "string"},
        "at": schema.MOMENT,
    },
)
CONFLICT = schema.record(
    "Conflict",
    {
        **HEAD,
        "parts": schema.many(schema.record("PartInConflict", PART, example=_PART)),
        "sides": schema.many(
            schema.record("ConflictSide", {"holds": schema.FLAG, "claim": CLAIM}), least=2, most=2
        ),
        "together": {
            "type": "string",
            "description": "What both sides name together, in percent of the whole.",
        },
        "outcome": schema.maybe(OUTCOME),
    },
    example={
        **_HEAD,
        "parts": [_PART],
        "sides": [
            {
                "holds": holds,
                "claim": {
                    "id": claim,
                    "row": claim,
                    "work": _HEAD["work"],
                    "right_type": "sync",
                    "rights": "sync",
                    "territory": where,
                    "written": where,
                    "starts": "2026-01-01",
                    "last_day": None,
                    "source": source,
                    "override_reason": "",
                    "shares": [
                        {
                            "holder": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b",
                            "name": name,
                            "parts": 1,
                            "of": 1,
                            "percent": "100",
                        }
                    ],
                    "recorded_at": "2026-04-10T09:30:00Z",
                },
            }
            for holds, claim, where, source, name in (
                (True, _CLAIMS[0], "EU + CH", "contract", "Ada Vale"),
                (False, _CLAIMS[1], "DE + CH", "society", "Ben Sound"),
            )
        ],
        "together": "200",
        "outcome": None,
    },
)
DECISION = schema.record(
    "ConflictDecision",
    {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "label": schema.text(200, least=1, pattern=r"\S", description="What the document is."),
        "shares": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": SHARES,
            "description": 'JSON: `[{"holder": "…", "parts": 2}]`.',
        },
        "parts_total": {
            "type": "string",
            "pattern": "^[1-9][0-9]{0,9}$",
            "description": "What the shares leave of it is nobody's; their sum where not given.",
        },
        "reason": schema.text(500, least=1, pattern=r"\S"),
    },
    optional=["parts_total"],
)
LISTING = Listing(
    sorts={"flagged_at": "flagged_at"},
    start="flagged_at",
    page="conflicts",
    search=lambda query: (
        Q(work__title__icontains=query)
        | Q(work__code__icontains=query)
        | Q(territory__icontains=query)
    ),
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("work", schema.UUID, lambda value: Q(work=value)),
    ),
)


def _head(found: known.Found) -> dict[str, Any]:
    return {
        "id": str(found.conflict),
        "work": str(found.work),
        "title": found.title,
        "state": found.state,
        "flagged_at": written.moment(found.flagged_at),
        "ended_at": written.moment(found.ended_at),
    }


def _part(part: known.Part) -> dict[str, Any]:
    return {
        "rights": part.rights,
        "territory": part.territory,
        "starts": written.day(part.starts),
        "last_day": written.day(part.last_day),
    }


def _listed(rows: Sequence[Conflict]) -> list[dict[str, Any]]:
    heads = {one.conflict: _head(one) for one in known.told(rows)}
    return [
        {
            **heads[row.origin],
            "row": str(row.pk),
            **_part(known.part_of(row)),
            "holding": str(row.holding),
            "contending": str(row.contending),
        }
        for row in rows
    ]


def whole(found: known.Found) -> dict[str, Any]:
    """Return a conflict in full: its parts, both sides, and how it was decided."""
    made = found.outcome
    return {
        **_head(found),
        "parts": [_part(each) for each in found.parts],
        "sides": [{"holds": side.holds, "claim": shown(side.found)} for side in found.sides],
        "together": found.together,
        "outcome": made
        and {
            "claim": str(made.claim),
            "document": str(made.document_id),
            "change": str(made.request),
            "decided_by": str(made.decided_by),
            "reason": made.reason,
            "at": written.moment(made.at),
        },
    }


class Conflicts(ApiView):
    """The queue."""

    group = "Conflicts"
    permission = CLAIM_VIEW

    @operation(
        "List conflicts between claims, part by part",
        gives=schema.page_of(LINE),
        query=LISTING.query,
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(Conflict.objects.known_at()), _listed)


class ConflictView(ApiView):
    """A view of one conflict, by its own id or that of one of its rows."""

    group = "Conflicts"
    permission: ClassVar[Any] = CLAIM_VIEW

    def found(self, pk: UUID) -> known.Found:
        """Return the conflict within reach; 404."""
        row = self.rows(Conflict.objects.filter(Q(pk=pk) | Q(origin=pk)), CLAIM_VIEW).first()
        found = known.find(row.origin) if row else None
        if found is None:
            raise Http404
        return found


class OneConflict(ConflictView):
    """One conflict."""

    @operation("Read a conflict: its parts, both sides, its outcome", gives=CONFLICT, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return whole(self.found(pk))


class Decision(ConflictView):
    """Ask for a decision."""

    permission: ClassVar = {"POST": CONFLICT_ASK}

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now; its work is locked, as every deed on claims locks it."""
        works.locked(self.found(pk).work)
        return whole(self.found(pk))

    @operation(
        "Ask how a conflict is decided, with the document that says so",
        takes=DECISION,
        body=FORM,
        most=FILE_BYTES,
        gives=CHANGE,
        status=202,
        tagged=True,
        changes=True,
        description="The shares would hold what is in conflict; the document goes into the work's "
        "chain of title. The answer is the change request: somebody else who may decide approves "
        "it, after a fresh second factor.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask for it."""
        sent, file = self.sent, self.sent["file"]
        shares = bodies.checked(bodies.parse(sent["shares"].encode()), SHARES, at="/shares")
        total = sent.get("parts_total")
        asked = adjudications.ask(
            conflict_id=self.found(pk).conflict,
            shares=[(UUID(each["holder"]), each["parts"]) for each in shares],
            parts_total=int(total) if total else None,
            document=adjudications.Paper(
                sent["label"], file, file.name or "document", file.content_type or ""
            ),
            reason=sent["reason"],
            by=self.actor,
            at=timezone.now(),
        )
        return waiting(asked)
