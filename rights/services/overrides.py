"""Claims that override a wider one go through four eyes: one asks, another approves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.changes import Kind, Line, Section
from accounts.services import changes
from catalog.selectors import works
from kernel.errors import DomainError
from rights.engine.boxes import Window
from rights.models import Claim
from rights.permissions import CLAIM_EDIT, OVERRIDE_APPROVE
from rights.services import claims, parties, preview
from rights.services.claims import NewClaim

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User

KIND = "rights.claim.override"


class NeedsApproval(DomainError):
    """A claim that overrides a wider one, told past the approval."""

    code = "override_needs_approval"


def refuse(*, work_id: UUID, terms: NewClaim, actor: Any, at: datetime) -> None:
    """Raise NeedsApproval where a claim with a reason would override a wider one."""
    if (
        terms.override_reason.strip()
        and preview.of_claim(work_id=work_id, terms=terms, actor=actor, at=at).overrides
    ):
        raise NeedsApproval(
            "This claim overrides a wider one: somebody else has to approve it. Ask for it as an "
            "override instead.",
            work=str(work_id),
        )


def propose(
    *, work_id: UUID, terms: NewClaim, by: "User", at: datetime, reason: str = ""
) -> "ChangeRequest":
    """Ask for a claim that overrides a wider one. Raises what ``claims.claim`` raises, too."""
    preview.of_claim(work_id=work_id, terms=terms, actor=by, at=at)
    return changes.propose(
        kind=KIND,
        target_id=work_id,
        base_version=version(work_id),
        payload=_payload(terms),
        reason=reason or terms.override_reason,
        by=by,
        at=at,
    )


def version(work_id: UUID) -> int:
    """Return a number that changes with every change of a work's claims."""
    return Claim.every.filter(work_id=work_id).count()


def make(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Make the claim that was approved; the record names who approved it."""
    claims.claim(work_id=target_id, terms=_terms(payload), actor=by, at=at, reason=request.reason)


def _payload(terms: NewClaim) -> dict[str, Any]:
    told = asdict(terms)
    window = told.pop("window")
    return {
        **told,
        "shares": [[str(holder), parts] for holder, parts in terms.shares],
        "starts": _text(window["start"]),
        "ends": _text(window["end"]),
        "signed_on": _text(terms.signed_on),
        "source": str(terms.source),
        "date_rule": str(terms.date_rule),
    }


def _terms(payload: Mapping[str, Any]) -> NewClaim:
    told = dict(payload)
    window = Window(_day(told.pop("starts")), _day(told.pop("ends")))
    told["shares"] = [(UUID(holder), int(parts)) for holder, parts in told["shares"]]
    told["signed_on"] = _day(told["signed_on"])
    return NewClaim(**told, window=window)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def explain(target_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Tell an approver what is claimed, by whom it would be held, and why."""
    terms = _terms(payload)
    total = terms.parts_total or sum(parts for _, parts in terms.shares)
    return [
        Section(
            "What is claimed",
            (
                Line(f"{terms.right_type} in {terms.territory}, {terms.window}", "new"),
                Line(f"Source: {terms.source} {terms.source_ref}"),
                Line(f"Why it overrides: {terms.override_reason}"),
            ),
        ),
        Section(
            "Who would hold it",
            tuple(
                Line(f"{parties.name(holder)}: {parts} of {total} parts", "new")
                for holder, parts in terms.shares
            ),
        ),
    ]


def names(targets: Sequence[UUID]) -> Mapping[UUID, str]:
    """Name works by their titles."""
    return works.titles(targets)


OVERRIDE = Kind(
    code=KIND,
    label="Override a wider claim",
    propose=CLAIM_EDIT,
    approve=OVERRIDE_APPROVE,
    apply=make,
    version=version,
    describe=lambda payload: [("Why it overrides", "", str(payload["override_reason"]))],
    names=names,
    explain=explain,
    consequence="The claim holds instead of the wider one, in the places that it names.",
)
