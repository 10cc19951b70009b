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
from rights.engine.boxes import ALWAYS, Window
from rights.engine.layers import Layer, in_the_way, overriding, parted
from rights.engine.shares import BadShares
from rights.models import Claim
from rights.models.claims import DateRule, Source
from rights.selectors import clauses, wording
from rights.services import ground, parties

if TYPE_CHECKING:
    from audit.actors import Actor

REASON, SOURCE = 500, 200


class ClaimInTheWay(DomainError):
    """Another claim already says who holds some of what is claimed; ``extra`` names it."""

    code = "claim_in_the_way"


class UnknownClaim(DomainError):
    """No such claim here, or nothing is left of it."""

    code = "unknown_claim"
    status = 404


class BadClaim(DomainError):
    """A claim that can't be made, ended or corrected as asked."""

    code = "bad_claim"
    status = 422


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


@dataclass(frozen=True, slots=True)
class Changed:
    """What a deed came to: the claim it made or changed, how many rows it wrote, the conflicts
    that it began, and whether it overrides a wider claim with other shares."""

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
) -> Changed:
    """Claim a right in a work; defaults yield for exactly the part claimed.

    Raises ClaimInTheWay, BadClaim, BadShares, UnknownHolder, and what territory expressions raise.
    """
    state = ground.lock(work_id, at=at)
    layers = _layers(state, terms, claim_id or uuid7())
    for layer in layers:
        _check_free(state, layer, state.claims)
    settled = ground.settle(state, [*state.claims, *layers])
    made, after = layers[0].origin, _told(layers[0])
    done = _recorded("rights.claim.made", state, made, settled, actor, after=after, reason=reason)
    return replace(done, overrides=any(overriding(one, state.claims) for one in layers))


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
) -> Changed:
    """Pass ``portion`` of the whole (None: all the giver has) to another holder, from ``on``.

    A default claim that passes on becomes a claim of ``source`` from then on: it no longer yields.
    ``on`` None is from the claim's own beginning. What passes on overrides a wider claim only where
    it didn't before. Raises BadShares, UnknownClaim, UnknownHolder.
    """
    state = _lock_claim(claim_id, at)
    parties.check([taker])
    told = Window(on, None)
    default = any(root.origin == claim_id for root in state.roots)
    others = state.besides(claim_id)
    standing, fresh, overrides = list(others), [], False
    for layer in _held_now(state, claim_id, source) if default else _claimed(state, claim_id):
        before, inside = parted(layer, told)
        if inside is not None and inside.shares.share(giver):
            moved = inside.shares.moved(giver=giver, taker=taker, portion=portion)
            fresh.append(replace(inside, shares=moved))
            overrides |= overriding(fresh[-1], others) and not overriding(inside, others)
            standing += [] if default else before
        elif not default:
            standing.append(layer)
    if not fresh:
        raise BadShares(
            f"{parties.name(giver)} has no share in this claim that could pass on then. "
            "Look at who holds it on that day."
        )
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
    before = _told(_claimed(state, claim_id)[0])
    settled = ground.settle(state, state.besides(claim_id))
    return _recorded(
        "rights.claim.withdrawn", state, claim_id, settled, actor, before=before, reason=reason
    )


@transaction.atomic
def correct(
    *, claim_id: UUID, terms: NewClaim, actor: "Actor", at: datetime, reason: str
) -> Changed:
    """Put other terms in a claim's place, as if they had always been its own. It keeps its id.

    Raises as ``claim`` does; narrower claims that override it stand.
    """
    state = _lock_claim(claim_id, at)
    before = _told(_claimed(state, claim_id)[0])
    layers, others = _layers(state, terms, claim_id), state.besides(claim_id)
    for layer in layers:
        _check_free(state, layer, others)
    settled = ground.settle(state, [*others, *layers])
    after = _told(layers[0])
    done = _recorded(
        "rights.claim.corrected", state, claim_id, settled, actor, before, after, reason
    )
    return replace(done, overrides=any(overriding(one, others) for one in layers))


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
    before, after = _told(former), _told(now)
    return _recorded(
        "rights.claim.corrected", state, claim_id, settled, actor, before, after, reason
    )


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
    _check_source(source)
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


def _layers(state: ground.Ground, terms: NewClaim, origin: UUID) -> list[Layer]:
    _check_source(terms.source)
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


def _check_source(source: str) -> None:
    if source == Source.DEFAULT or source not in Source.values:
        told = ", ".join(one.value for one in Source if one != Source.DEFAULT)
        raise BadClaim(f"{source!r} is no source of a claim. Sources are: {told}.")


def _check_free(state: ground.Ground, layer: Layer, others: Sequence[Layer]) -> None:
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


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(layer: Layer) -> dict[str, Any]:
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
