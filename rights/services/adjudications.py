"""Decide conflicts: proposed by one with a document, approved by an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.db import transaction

from accounts.changes import Kind, Line, Section
from accounts.services import changes
from audit.services import events
from kernel.errors import DomainError
from kernel.ids import uuid7
from rights.engine.boxes import Box, cut
from rights.engine.layers import Layer, disputes, held
from rights.models import Adjudication, Claim, Conflict, Document
from rights.models.claims import DateRule, Source
from rights.permissions import CONFLICT_ASK, CONFLICT_DECIDE
from rights.selectors import conflicts as known
from rights.selectors import wording
from rights.services import ground, limits, parties

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User
    from rights.engine.shares import Shares

KIND = "rights.conflict.adjudicate"


class NoConflict(DomainError):
    """There is no such conflict, or it is open no more."""

    code = "no_open_conflict"
    status = 404


class NoDocument(DomainError):
    """A decision needs a document of the work."""

    code = "document_needed"
    status = 422


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be filed with a decision: what it is, its bytes, name and media type."""

    label: str
    content: "bytes | BinaryIO"
    name: str
    media_type: str


@transaction.atomic
def ask(
    *,
    conflict_id: UUID,
    shares: Sequence[tuple[UUID, int]],
    document: Paper,
    reason: str,
    by: "User",
    at: datetime,
    parts_total: int | None = None,
) -> "ChangeRequest":
    """File a document in the work's chain of title and ask for the decision that rests on it.

    Raises as ``propose`` does.
    """
    filed = limits.kept(
        work_id=_open_rows(conflict_id)[0].work_id,
        label=document.label,
        content=document.content,
        name=document.name,
        media_type=document.media_type,
        at=at,
    )
    return propose(
        conflict_id=conflict_id,
        shares=shares,
        document_id=filed.pk,
        reason=reason,
        by=by,
        at=at,
        parts_total=parts_total,
    )


def propose(
    *,
    conflict_id: UUID,
    shares: Sequence[tuple[UUID, int]],
    document_id: UUID,
    reason: str,
    by: "User",
    at: datetime,
    parts_total: int | None = None,
) -> "ChangeRequest":
    """Ask that a conflict be decided: ``shares`` hold what is in conflict, as ``document_id`` says.

    What ``parts_total`` leaves over is ``unclaimed``. Raises NoConflict, NoDocument, BadShares,
    UnknownHolder, and what ``changes.propose`` raises.
    """
    rows = _open_rows(conflict_id)
    _document(document_id, rows[0].work_id)
    parties.shares(shares, total=parts_total, at=at)
    payload: dict[str, Any] = {
        "conflict": str(conflict_id),
        "work": str(rows[0].work_id),
        "document": str(document_id),
        "shares": [[str(holder), parts] for holder, parts in shares],
        "of": parts_total,
        "reason": reason,
    }
    return changes.propose(
        kind=KIND,
        target_id=conflict_id,
        base_version=version(conflict_id),
        payload=payload,
        reason=reason,
        by=by,
        at=at,
    )


def version(conflict_id: UUID) -> int:
    """Return a number that changes whenever the conflict or one of its claims does; 0: not open."""
    rows = list(Conflict.objects.known_at().filter(origin=conflict_id, state=Conflict.State.OPEN))
    if not rows:
        return 0
    sides = {rows[0].holding, rows[0].contending}
    ever = Conflict.objects.filter(origin=conflict_id).count()
    return ever + Claim.every.filter(origin__in=sides).count()


@transaction.atomic
def decide(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Do what was approved: a claim of source *adjudication* holds what was in conflict.

    The claims that were in each other's way there no longer speak of it.
    """
    work_id = _open_rows(target_id)[0].work_id
    state = ground.lock(work_id, at=at)
    rows = _open_rows(target_id)
    document = _document(UUID(payload["document"]), work_id)
    told = [(UUID(holder), int(parts)) for holder, parts in payload["shares"]]
    shares = parties.shares(told, total=payload["of"], at=state.moment)
    reason = str(payload["reason"])
    decided = _outcome(state, rows, shares, document.label, reason)
    settled = ground.settle(state, _settled(state, decided), adjudicated=target_id)
    made = decided[0].origin
    Adjudication.objects.bulk_create(
        [
            Adjudication(
                conflict=target_id,
                work_id=work_id,
                claim=made,
                document=document,
                request=request.pk,
                decided_by=by.pk,
                reason=reason,
                at=state.moment,
            )
        ]
    )
    events.record(
        "rights.conflict.adjudicated",
        subject=("catalog.work", work_id),
        actor=by,
        at=state.moment,
        reason=reason,
        after={"conflict": target_id, "claim": made, "document": document.pk},
        facts=[
            ("rights.claims.changed", {"work": work_id, "claim": made}),
            *(("rights.conflict.flagged", {"conflict": one}) for one in settled.begun),
            *(("rights.conflict.ended", {"conflict": one}) for one in settled.ended),
        ],
    )


def _open_rows(conflict_id: UUID) -> list[Conflict]:
    rows = [row for row in known.rows_of(conflict_id) if row.state == Conflict.State.OPEN]
    if not rows:
        raise NoConflict(
            "There is no such open conflict. It may have been decided, or a claim taken back.",
            conflict=str(conflict_id),
        )
    return rows


def _document(document_id: UUID, work_id: UUID) -> Document:
    found = Document.objects.known_at().filter(pk=document_id, work_id=work_id).first()
    if found is None:
        raise NoDocument(
            "A decision needs its document. Add it to the work's chain of title, then choose it.",
            document=str(document_id),
        )
    return found


def _outcome(
    state: ground.Ground, rows: Sequence[Conflict], shares: "Shares", label: str, reason: str
) -> list[Layer]:
    """Return the layers of the claim that decides, one for each part that is in conflict."""
    sides = [one for one in state.claims if one.origin in (rows[0].holding, rows[0].contending)]
    narrow = min(sides, key=lambda one: sum(high - low for low, high in one.box.rights.ranges))
    made = uuid7()
    return [
        Layer(
            origin=made,
            right_type=narrow.right_type,
            written=wording.places(row.span),
            source=Source.ADJUDICATION,
            box=Box(row.rights, row.span, ground.window_of(row.window)),
            shares=shares,
            override_reason=reason,
            date_rule=DateRule.SIGNATURE,
            resolved_on=state.moment.date(),
            source_ref=label,
        )
        for row in rows
    ]


def _settled(state: ground.Ground, decided: Sequence[Layer]) -> list[Layer]:
    """Return all claims, those that were in conflict there without what is decided."""
    boxes = [one.box for one in decided]
    sides = {
        claim
        for row in Conflict.objects.known_at().filter(
            work_id=state.work_id, state=Conflict.State.OPEN
        )
        if any(box.common(Box(row.rights, row.span, ground.window_of(row.window))) for box in boxes)
        for claim in (row.holding, row.contending)
    }
    whole = [one for one in state.claims if one.origin not in sides]
    parts = [
        replace(one, box=box)
        for one in state.claims
        if one.origin in sides
        for box in cut([one.box], boxes)
    ]
    every = [*state.roots, *whole, *parts, *decided]
    saying = {piece.layer for piece in held(every)} | set(disputes(every).values())
    return [*whole, *(one for one in parts if one in saying), *decided]


def explain(target_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Tell an approver what is in conflict, what each side says, and what would hold."""
    found = known.find(target_id)
    if found is None:
        return []
    document = Document.objects.filter(pk=UUID(payload["document"])).first()
    told = [(UUID(holder), int(parts)) for holder, parts in payload["shares"]]
    total = payload["of"] or sum(parts for _, parts in told)
    lines = [
        Line(f"{parties.name(holder)}: {parts} of {total} parts", "new") for holder, parts in told
    ]
    left = total - sum(parts for _, parts in told)
    if left:
        lines.append(Line(f"Unclaimed: {left} of {total} parts", "new"))
    return [
        Section(
            f"In conflict: {found.title}",
            tuple(Line(f"{one.name} in {one.territory}") for one in found.parts),
        ),
        Section(
            "What each side says",
            tuple(
                Line(f"{side.source} {side.found.source_ref}: {side.words}") for side in found.sides
            ),
        ),
        Section("What would hold", tuple(lines)),
        Section("Document", (Line(f"{document.label} ({document.parties})" if document else "?"),)),
    ]


def names(targets: Sequence[UUID]) -> dict[UUID, str]:
    """Name conflicts by their works."""
    rows = Conflict.objects.known_at().filter(origin__in=targets)
    return {one.conflict: one.title for one in known.told(list(rows))}


DECISION = Kind(
    code=KIND,
    label="Decide a conflict between claims",
    propose=CONFLICT_ASK,
    approve=CONFLICT_DECIDE,
    apply=decide,
    version=version,
    describe=lambda payload: [("Reason", "", str(payload["reason"]))],
    names=names,
    explain=explain,
    consequence="What was in conflict is held as decided, from now on and whatever the claims say.",
)
