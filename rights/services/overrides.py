"""Claims that override another go through four eyes: one asks, another approves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.changes import Kind, Line, Section
from accounts.services import changes
from catalog.selectors import works
from rights.engine.boxes import Window
from rights.models import Claim
from rights.permissions import CLAIM_EDIT, OVERRIDE_APPROVE
from rights.services import claims, parties, preview
from rights.services.terms import NewClaim

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User

KIND = "rights.claim.override"
PASSING = "rights.share.override"


def propose(
    *,
    work_id: UUID,
    terms: NewClaim,
    by: "User",
    at: datetime,
    reason: str = "",
    claim_id: UUID | None = None,
    new_id: UUID | None = None,
) -> "ChangeRequest":
    """Ask for a claim that overrides another, or (``claim_id``) for a claim's being corrected to
    such. ``new_id`` is the id that a new one shall have.

    Raises what ``claims.claim`` or ``claims.correct`` raises once it is approved, and what
    ``changes.propose`` raises.
    """
    corrects = {"claim_id": claim_id} if claim_id else {}
    made = {"work_id": work_id, "claim_id": new_id}
    told: dict[str, Any] = {"terms": terms, **(corrects or made)}
    chosen = {"corrects": claim_id, "claim": new_id}
    deed = claims.correct if claim_id else claims.claim
    preview.of_deed(deed, told, work_id=work_id, actor=by, at=at)
    return changes.propose(
        kind=KIND,
        target_id=work_id,
        base_version=version(work_id),
        payload=_payload(terms) | {name: str(one) for name, one in chosen.items() if one},
        reason=reason or terms.override_reason,
        by=by,
        at=at,
    )


def propose_passing(
    *,
    work_id: UUID,
    claim_id: UUID,
    giver: UUID,
    taker: UUID,
    portion: Fraction | None,
    on: date | None,
    by: "User",
    at: datetime,
    reason: str,
) -> "ChangeRequest":
    """Ask for a share to pass on where the claim then overrides a wider one.

    Raises what ``claims.transfer`` raises, too.
    """
    told = {
        "claim_id": claim_id, "giver": giver, "taker": taker, "portion": portion, "on": on,
    }  # fmt: skip
    preview.of_deed(claims.transfer, told, work_id=work_id, actor=by, at=at, reason=reason)
    return changes.propose(
        kind=PASSING,
        target_id=work_id,
        base_version=version(work_id),
        payload={
            "claim": str(claim_id),
            "giver": str(giver),
            "taker": str(taker),
            "portion": None if portion is None else str(portion),
            "on": _text(on),
        },
        reason=reason,
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
    """Make or correct the claim that was approved; the record names who approved it."""
    told: dict[str, Any] = {"actor": by, "at": at, "reason": request.reason, "approved": True}
    terms, chosen = _terms(payload), payload.get("claim")
    if corrects := payload.get("corrects"):
        claims.correct(claim_id=UUID(corrects), terms=terms, **told)
    else:
        new_id = UUID(chosen) if chosen else None
        claims.claim(work_id=target_id, claim_id=new_id, terms=terms, **told)


def pass_on(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Pass the share on that was approved; the record names who approved it."""
    portion = payload["portion"]
    claims.transfer(
        claim_id=UUID(payload["claim"]),
        giver=UUID(payload["giver"]),
        taker=UUID(payload["taker"]),
        portion=Fraction(portion) if portion else None,
        on=_day(payload["on"]),
        actor=by,
        at=at,
        reason=request.reason,
        approved=True,
    )


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
    told = {name: value for name, value in payload.items() if name not in ("corrects", "claim")}
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
            "What a claim is corrected to" if "corrects" in payload else "What is claimed",
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


def explain_passing(target_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Tell an approver who passes how much on to whom, and from when."""
    share = "All of it" if payload["portion"] is None else f"{payload['portion']} of the whole"
    giver, taker = (parties.name(UUID(payload[name])) for name in ("giver", "taker"))
    return [
        Section(
            "What passes on",
            (
                Line(f"{share}, from {giver} to {taker}", "new"),
                Line(f"From {payload['on'] or 'the beginning of the claim'}"),
            ),
        )
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
OVERRIDING_SHARE = Kind(
    code=PASSING,
    label="Pass on a share that overrides a wider claim",
    propose=CLAIM_EDIT,
    approve=OVERRIDE_APPROVE,
    apply=pass_on,
    version=version,
    describe=lambda payload: [("Share", "", str(payload["portion"] or "all of it"))],
    names=names,
    explain=explain_passing,
    consequence="The claim names other holders than the wider one that it lies above.",
)
