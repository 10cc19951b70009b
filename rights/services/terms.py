"""What somebody claims, as the arithmetic knows it; and what stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from kernel.errors import DomainError
from rights.engine.boxes import ALWAYS, Window
from rights.engine.layers import Layer, in_the_way, overridden
from rights.models.claims import DateRule, Source
from rights.selectors import clauses, wording
from rights.services import ground, parties

REASON, SOURCE = 500, 200
ASK = "Ask for it as an override instead: then it waits for that person."


class ClaimInTheWay(DomainError):
    """Another claim already says who holds some of what is claimed; ``extra`` names it."""

    code = "claim_in_the_way"


class BadClaim(DomainError):
    """A claim that can't be made, ended or corrected as asked."""

    code = "bad_claim"
    status = 422


class NeedsApproval(DomainError):
    """A claim that would override another with other shares, told past the approval."""

    code = "override_needs_approval"


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What somebody claims.

    ``shares`` are holders with whole parts; what ``parts_total`` leaves over is held by
    ``unclaimed``. ``territory`` is an expression; with the date rule *signature* its groups have
    their members of ``signed_on`` (default: the day of the deed), with *current* those of each day.
    ``override_reason`` lets it stand above a claim to more places. ``source_ref`` says which
    contract, society or file it is: claims of one source may not contradict each other, those of
    two become a conflict.
    """

    right_type: str
    shares: Sequence[tuple[UUID, int]]
    parts_total: int | None = None
    territory: str = "WORLD"
    window: Window = ALWAYS
    source: str = Source.CONTRACT
    date_rule: str = DateRule.SIGNATURE
    signed_on: date | None = None
    override_reason: str = ""
    source_ref: str = ""


def layers(state: ground.Ground, terms: NewClaim, origin: UUID) -> list[Layer]:
    """Return what terms say of a work, as a claim's layers.

    Raises BadClaim, BadShares, UnknownHolder, and what territory expressions raise.
    """
    check_source(terms.source)
    if terms.date_rule not in DateRule.values:
        raise BadClaim(f"{terms.date_rule!r} is no date rule: {', '.join(DateRule.values)}.")
    if len(terms.override_reason) > REASON:
        raise BadClaim(f"A reason to override has at most {REASON} characters.")
    if len(terms.source_ref) > SOURCE:
        raise BadClaim(f"The name of a source has at most {SOURCE} characters.")
    shares = parties.shares(terms.shares, total=terms.parts_total, at=state.moment)
    boxes = clauses.boxes(
        right_type=terms.right_type,
        territory=terms.territory,
        window=terms.window,
        rule=terms.date_rule,
        signed_on=terms.signed_on or state.moment.date(),
    )
    known = []
    for clause in boxes:
        rights = clause.box.rights & state.rights
        if not rights:
            raise BadClaim(
                f"{state.title} has no such right as {terms.right_type}. "
                "Claim one of the rights that its kind of work has."
            )
        known.append(
            Layer(
                origin=origin,
                right_type=terms.right_type.strip().lower(),
                written=clause.text,
                source=terms.source,
                box=replace(clause.box, rights=rights),
                shares=shares,
                override_reason=terms.override_reason.strip(),
                date_rule=terms.date_rule,
                resolved_on=clause.resolved_on,
                source_ref=terms.source_ref.strip(),
            )
        )
    return known


def check_source(source: str) -> None:
    """Raise BadClaim where no claim but a default one has this source."""
    if source == Source.DEFAULT or source not in Source.values:
        told = ", ".join(one.value for one in Source if one != Source.DEFAULT)
        raise BadClaim(f"{source!r} is no source of a claim. Sources are: {told}.")


def check_free(layer: Layer, others: Sequence[Layer]) -> None:
    """Raise ClaimInTheWay where a claim of the same source contradicts a layer."""
    other = in_the_way(layer, others)
    if other is None:
        return
    named = wording.of_layer(other, other.box.common(layer.box))
    raise ClaimInTheWay(
        f"In the way is {named}, held by {parties.held_by(other.shares)}. "
        "End or correct that claim first; claim fewer places than it does, with a reason; or name "
        "another source, and the two are a conflict that is to be decided.",
        claim=str(other.origin),
        right_type=other.right_type,
        territory=other.written,
        source=other.source,
        starts=_day(other.box.window.start),
        last_day=_day(other.box.window.last_day),
    )


def check_approved(
    fresh: Sequence[Layer],
    standing: Sequence[Layer],
    before: Sequence[Layer] = (),
    *,
    instead: str = ASK,
) -> None:
    """Raise NeedsApproval where ``fresh`` layers override a claim with other shares.

    What their claim had taken from it ``before`` counts as approved. ``instead`` says what to do.
    """
    for layer in fresh:
        other = overridden(layer, standing, before)
        if other is not None:
            named = wording.of_layer(other, other.box.common(layer.box))
            raise NeedsApproval(
                f"This would override {named}, held by {parties.held_by(other.shares)}: somebody "
                f"else has to approve it. {instead}",
                claim=str(other.origin),
            )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def told(layer: Layer) -> dict[str, Any]:
    """Return a claim for the event's sealed part."""
    return {
        "right_type": layer.right_type,
        "territory": layer.written,
        "starts": layer.box.window.start,
        "last_day": layer.box.window.last_day,
        "source": layer.source,
        "source_ref": layer.source_ref,
        "override_reason": layer.override_reason,
        "of": layer.shares.total,
        "shares": {str(holder): parts for holder, parts in layer.shares.parts},
    }
