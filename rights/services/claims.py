"""Say who holds a right: claim it, pass a share on, end a claim, take it back, correct it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from audit.services import events
from kernel.errors import DomainError
from kernel.ids import uuid7
from rights.engine.boxes import Window
from rights.engine.layers import Layer, agrees, parted
from rights.engine.shares import BadShares
from rights.models import Claim
from rights.models.claims import Source
from rights.selectors import wording
from rights.services import ground, parties
from rights.services import terms as written
from rights.services.terms import BadClaim, ClaimInTheWay, NeedsApproval, NewClaim

__all__ = ["BadClaim", "ClaimInTheWay", "NeedsApproval", "NewClaim"]

if TYPE_CHECKING:
    from audit.actors import Actor


class ClaimIdTaken(DomainError):
    """The id that a caller made for a new claim is another claim's."""

    code = "id_taken"


class UnknownClaim(DomainError):
    """No such claim here, or nothing is left of it."""

    code = "unknown_claim"
    status = 404


@dataclass(frozen=True, slots=True)
class Changed:
    """What a deed came to: the claim it made or changed, how many rows it wrote, the conflicts
    that it began, and whether it takes ground from another claim with other shares (``approved``
    by somebody else, then)."""

    claim: UUID
    work: UUID
    rows: int
    conflicts: tuple[UUID, ...] = ()
    overrides: bool = False


@transaction.atomic
def claim(
    *,
    work_id: UUID,
    terms: NewClaim,
    actor: "Actor",
    at: datetime,
    claim_id: UUID | None = None,
    reason: str = "",
    approved: bool = False,
) -> Changed:
    """Claim a right in a work; defaults yield for exactly the part claimed.

    ``approved``: somebody else approved it, or it is taken back at once. Raises ClaimInTheWay,
    NeedsApproval, ClaimIdTaken, BadClaim, BadShares, UnknownHolder, and what territory expressions
    raise.
    """
    if claim_id and Claim.every.filter(origin=claim_id).exists():
        raise ClaimIdTaken("The id is another claim's here. Make a new one.", id=str(claim_id))
    state = ground.lock(work_id, at=at)
    layers = written.layers(state, terms, claim_id or uuid7())
    for layer in layers:
        written.check_free(layer, state.claims)
    overrides = _overrides(layers, state.claims, approved=approved)
    settled = ground.settle(state, [*state.claims, *layers])
    made, after = layers[0].origin, written.told(layers[0])
    done = _recorded("rights.claim.made", state, made, settled, actor, after=after, reason=reason)
    return replace(done, overrides=overrides)


@transaction.atomic
def transfer(
    *,
    claim_id: UUID,
    giver: UUID,
    taker: UUID,
    actor: "Actor",
    at: datetime,
    reason: str,
    portion: Fraction | None = None,
    on: date | None = None,
    source: str = Source.CONTRACT,
    approved: bool = False,
) -> Changed:
    """Pass ``portion`` of the whole (None: all the giver has) to another holder, from ``on``.

    A default claim that passes on becomes a claim of ``source`` from then on: it no longer yields.
    ``on`` None is from the claim's own beginning. Raises BadShares, UnknownClaim, UnknownHolder,
    and NeedsApproval where the claim agreed with one that it lies above, and would no longer.
    """
    state = _lock_claim(claim_id, at)
    parties.check([taker])
    told = Window(on, None)
    default = any(root.origin == claim_id for root in state.roots)
    others = state.besides(claim_id)
    standing, fresh = list(others), []
    for layer in _held_now(state, claim_id, source) if default else _claimed(state, claim_id):
        before, inside = parted(layer, told)
        if inside is not None and inside.shares.share(giver):
            moved = inside.shares.moved(giver=giver, taker=taker, portion=portion)
            fresh.append(replace(inside, shares=moved))
            standing += [] if default else before
        elif not default:
            standing.append(layer)
    if not fresh:
        raise BadShares(
            f"{parties.name(giver)} has no share in this claim that could pass on then. "
            "Look at who holds it on that day."
        )
    overrides = _overrides(fresh, others, state.of(claim_id), approved=approved)
    settled = ground.settle(state, [*standing, *fresh])
    after = {"giver": giver, "taker": taker, "portion": str(portion or "all"), "on": on}
    made = fresh[0].origin
    done = _recorded(
        "rights.share.transferred", state, made, settled, actor, after=after, reason=reason
    )
    return replace(done, overrides=overrides)


@transaction.atomic
def end(*, claim_id: UUID, until: date, actor: "Actor", at: datetime, reason: str) -> Changed:
    """End a claim: from ``until``, the first day after it, the ground goes back to what lies below.

    Raises BadClaim where it begins later (withdraw it) or has ended before; UnknownClaim.
    """
    state = _lock_claim(claim_id, at)
    layers = _claimed(state, claim_id)
    kept = [inside for layer in layers if (inside := parted(layer, Window(None, until))[1])]
    if not kept:
        raise BadClaim(f"The claim begins on {until} or later. Withdraw it instead.")
    if kept == layers:
        raise BadClaim(f"The claim ends before {until} as it is. Nothing was changed.")
    settled = ground.settle(state, [*state.besides(claim_id), *kept])
    return _recorded(
        "rights.claim.ended", state, claim_id, settled, actor, after={"until": until}, reason=reason
    )


@transaction.atomic
def withdraw(*, claim_id: UUID, actor: "Actor", at: datetime, reason: str) -> Changed:
    """Take a claim back as if it had never held; what we knew before stays on record."""
    state = _lock_claim(claim_id, at)
    before = written.told(_claimed(state, claim_id)[0])
    settled = ground.settle(state, state.besides(claim_id))
    return _recorded(
        "rights.claim.withdrawn", state, claim_id, settled, actor, before=before, reason=reason
    )


@transaction.atomic
def correct(
    *,
    claim_id: UUID,
    terms: NewClaim,
    actor: "Actor",
    at: datetime,
    reason: str,
    approved: bool = False,
) -> Changed:
    """Put other terms in a claim's place, as if they had always been its own. It keeps its id.

    Raises as ``claim`` does; narrower claims that override it stand. What it overrode before with
    the same shares needs no other approval.
    """
    state = _lock_claim(claim_id, at)
    former = _claimed(state, claim_id)
    before = written.told(former[0])
    layers, others = written.layers(state, terms, claim_id), state.besides(claim_id)
    for layer in layers:
        written.check_free(layer, others)
    same = [one for one in former if agrees(one, layers[0])]
    overrides = _overrides(layers, others, same, approved=approved)
    settled = ground.settle(state, [*others, *layers])
    after = written.told(layers[0])
    done = _recorded(
        "rights.claim.corrected", state, claim_id, settled, actor, before, after, reason
    )
    return replace(done, overrides=overrides)


@transaction.atomic
def correct_owner(
    *,
    claim_id: UUID,
    shares: Sequence[tuple[UUID, int]],
    actor: "Actor",
    at: datetime,
    reason: str,
    parts_total: int | None = None,
) -> Changed:
    """Say who holds a default claim, as if it had been registered so. It goes on yielding.

    Raises BadClaim for a claim that isn't a default, BadShares, UnknownClaim, UnknownHolder.
    """
    state = _lock_claim(claim_id, at)
    former = next((root for root in state.roots if root.origin == claim_id), None)
    if former is None:
        raise BadClaim("This is no default claim. Correct it with its terms instead.")
    now = replace(former, shares=parties.shares(shares, total=parts_total, at=at))
    state = replace(state, roots=tuple(now if one is former else one for one in state.roots))
    settled = ground.settle(state, state.claims)
    if not settled.rows:
        raise BadClaim("That changes nothing: the claim holds no right now, or holds it so.")
    before, after = written.told(former), written.told(now)
    return _recorded(
        "rights.claim.corrected", state, claim_id, settled, actor, before, after, reason
    )


OVERRIDING = (claim, transfer, correct)  # the deeds that somebody else may have to approve


def _overrides(
    fresh: Sequence[Layer],
    standing: Sequence[Layer],
    before: Sequence[Layer] = (),
    *,
    approved: bool,
) -> bool:
    """Return whether a deed overrides another claim. Raises NeedsApproval where it may not."""
    try:
        written.check_approved(fresh, standing, before)
    except NeedsApproval:
        if not approved:
            raise
        return True
    return False


def _lock_claim(claim_id: UUID, at: datetime) -> ground.Ground:
    works = Claim.every.filter(origin=claim_id).values_list("work_id", flat=True)
    work_id = works.first()
    if work_id is None:
        raise UnknownClaim(
            "There is no such claim. Look at the work's claims.", claim=str(claim_id)
        )
    return ground.lock(work_id, at=at)


def _claimed(state: ground.Ground, claim_id: UUID) -> list[Layer]:
    """Return a claim's layers in time's order; raise where nothing is left, or for a default."""
    if any(root.origin == claim_id for root in state.roots):
        raise BadClaim(
            "A default claim holds what nobody else claims: it can't end or be taken back. "
            "Correct its owner, or claim the right for somebody."
        )
    layers = sorted(state.of(claim_id), key=lambda layer: layer.box.window.low)
    if not layers:
        raise UnknownClaim("Nothing is left of this claim. Load the page again.")
    return layers


def _held_now(state: ground.Ground, claim_id: UUID, source: str) -> list[Layer]:
    """Return what a default claim holds now, as the layers of one new claim of ``source``."""
    written.check_source(source)
    made = uuid7()
    return [
        replace(
            piece.layer,
            origin=made,
            source=source,
            box=piece.box,
            written=wording.territory(piece),
            resolved_on=state.moment.date(),
        )
        for piece in state.rows.values()
        if piece.layer.origin == claim_id and not piece.waiting
    ]


def _recorded(
    code: str,
    state: ground.Ground,
    origin: UUID,
    settled: ground.Settled,
    actor: "Actor",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> Changed:
    events.record(
        code,
        subject=("catalog.work", state.work_id),
        actor=actor,
        at=state.moment,
        reason=reason,
        before=before,
        after=after,
        facts=[
            ("rights.claims.changed", {"work": state.work_id, "claim": origin}),
            *(("rights.conflict.flagged", {"conflict": one}) for one in settled.begun),
            *(("rights.conflict.ended", {"conflict": one}) for one in settled.ended),
        ],
    )
    return Changed(origin, state.work_id, settled.rows, settled.begun)
