"""Ask for a change, approve it, reject it, take it back. One state machine for every kind."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import changes, permissions
from accounts.models import Approval, ChangeRequest, User
from accounts.policies import can
from audit.services import events
from kernel.errors import DomainError

LIFETIME = timedelta(days=14)
State = ChangeRequest.State


class ChangeRefused(DomainError):
    """A change that can't be asked for, approved or ended as wanted; says why and what next."""

    code = "change_refused"


class OwnChange(ChangeRefused):
    """Who asked for a change can't be who approves it."""

    code = "own_change"
    status = 409


class NotAllowed(DomainError):
    """The person lacks the permission."""

    code = "not_allowed"
    status = 403


class StepUpNeeded(DomainError):
    """The deed needs a second factor given within the last five minutes."""

    code = "step_up_needed"
    status = 403


@transaction.atomic
def propose(
    *,
    kind: str,
    target_id: UUID,
    base_version: int,
    payload: dict[str, Any],
    reason: str,
    by: User,
    at: datetime,
    needs: int = 1,
    expires_at: datetime | None = None,
) -> ChangeRequest:
    """Ask for a change of ``target_id`` from its ``base_version``; ``needs`` people approve it.

    Raises NotAllowed, and ChangeRefused where another change of the target waits or the version
    isn't the present one.
    """
    known = changes.kind(kind)
    _require(by, known.propose)
    _fresh_version(known, target_id, base_version)
    request = ChangeRequest(
        kind=kind,
        target_id=target_id,
        base_version=base_version,
        payload=payload,
        payload_hash=changes.hash_of(kind, target_id, base_version, payload),
        reason=reason,
        maker=by,
        needs=needs,
        asked_at=at,
        expires_at=expires_at or at + LIFETIME,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        if "change_one_pending" not in str(error):
            raise
        raise ChangeRefused(
            "A change of the same thing already waits for approval. Approve, reject or withdraw it "
            "first."
        ) from error
    events.record(
        "accounts.change.proposed", subject=request, actor=by, at=at, reason=reason, after=payload
    )
    return request


@transaction.atomic
def approve(
    *, request_id: UUID, payload_hash: str, by: User, at: datetime, fresh: bool
) -> ChangeRequest:
    """Approve what was seen (``payload_hash``); the last approval needed also does the change.

    ``fresh``: the person gave a second factor within five minutes. Raises NotAllowed, StepUpNeeded,
    and ChangeRefused (with what to do instead).
    """
    request = _locked(request_id, at)
    known = changes.kind(request.kind)
    _require(by, known.approve)
    if permissions.find(known.approve).high and not fresh:
        raise StepUpNeeded("Confirm with your second factor, then approve again.")
    if request.maker_id == by.pk:
        raise OwnChange("You asked for this change; somebody else has to approve it.")
    if request.payload_hash != payload_hash:
        raise ChangeRefused("The change isn't the one you saw. Load the page again and read it.")
    _fresh_version(known, request.target_id, request.base_version)
    if Approval.objects.filter(request=request, approver=by).exists():
        raise ChangeRefused("You have approved this already; it waits for somebody else.")
    approval = Approval(request=request, approver=by, payload_hash=payload_hash, at=at)
    approval.save(force_insert=True)
    if Approval.objects.filter(request=request).count() < request.needs:
        events.record("accounts.change.approved", subject=request, actor=by, at=at)
        return request
    known.apply(target_id=request.target_id, payload=request.payload, request=request, by=by, at=at)
    return _end(request, State.APPLIED, "accounts.change.applied", by, at, "")


@transaction.atomic
def reject(*, request_id: UUID, reason: str, by: User, at: datetime) -> ChangeRequest:
    """Reject a waiting change, with the reason its maker will read."""
    request = _locked(request_id, at)
    _require(by, changes.kind(request.kind).approve)
    return _end(request, State.REJECTED, "accounts.change.rejected", by, at, reason)


@transaction.atomic
def withdraw(*, request_id: UUID, by: User, at: datetime) -> ChangeRequest:
    """Take back one's own waiting change."""
    request = _locked(request_id, at)
    if request.maker_id != by.pk:
        raise ChangeRefused("Only the person who asked for a change can withdraw it.")
    return _end(request, State.WITHDRAWN, "accounts.change.withdrawn", by, at, "")


def _locked(request_id: UUID, at: datetime) -> ChangeRequest:
    """Return a pending request, locked until the transaction ends."""
    request = ChangeRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise ChangeRefused("There is no such change request here.")
    if request.state != State.PENDING:
        raise ChangeRefused(f"This change is not waiting any more: {request.get_state_display()}.")
    if request.expires_at <= at:
        raise ChangeRefused("This change request has expired. Ask for the change again.")
    return request


def _end(
    request: ChangeRequest, state: str, code: str, by: User, at: datetime, reason: str
) -> ChangeRequest:
    request.state, request.ended_at = state, at
    request.save(update_fields=["state", "ended_at"])
    events.record(code, subject=request, actor=by, at=at, reason=reason)
    return request


def _require(person: User, code: str) -> None:
    if not can(person, code):
        label = permissions.find(code).label
        raise NotAllowed(f"Your roles don't include: {label}. An administrator can give it.")


def _fresh_version(known: changes.Kind, target_id: UUID, base_version: int) -> None:
    now = known.version(target_id)
    if now != base_version:
        raise ChangeRefused(
            f"It was changed meanwhile (version {now}, the request is about {base_version}). "
            "Ask for the change again from the present version."
        )
