"""Claims over each other: what each one says, and what it still holds where others say otherwise.

A claim is one layer, or a few that follow each other in time. The default layers lie lowest and
reach everywhere; any other claim lies over them. Of two others that meet, the one with fewer
places lies above, if it gives its reason (local before regional, national, global). Else, where
they name other shares, they are in each other's way: refused where both come from one source, a
conflict where two sources differ. Until that is resolved, the claim that was there first holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from rights.engine.boxes import Box, Window, cut, joined, order
from rights.engine.shares import Shares

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Layer:
    """One claim's word: ``box`` is the ground it names, ``origin`` the claim's identity.

    ``written`` is the territory as its source has it, resolved on ``resolved_on`` by ``date_rule``;
    ``source_ref`` says which contract, society or file the source is.
    """

    origin: UUID
    right_type: str
    written: str
    source: str
    box: Box
    shares: Shares
    override_reason: str = ""
    date_rule: str = ""
    resolved_on: date | None = None
    source_ref: str = ""

    @property
    def default(self) -> bool:
        """Whether it yields to every other claim."""
        return self.source == DEFAULT


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a layer's ground that it holds, since no layer lies above it there.

    ``waiting``: it says so, but a claim that it is in conflict with holds it meanwhile.
    """

    layer: Layer
    box: Box
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Dispute:
    """What two claims say differently: ``holding`` holds ``box`` until it is resolved."""

    holding: UUID
    contending: UUID
    box: Box


def narrower(one: Layer, other: Layer) -> bool:
    """Return whether ``one`` may lie above ``other``: fewer places, inside, and with a reason."""
    inside = other.box.places.covers(one.box.places) and one.box.places != other.box.places
    return bool(one.override_reason) and inside


def agrees(one: Layer, other: Layer) -> bool:
    """Return whether two claims name the same holders with the same shares."""
    holders = {holder for holder, _ in one.shares.parts} | {who for who, _ in other.shares.parts}
    return all(one.shares.share(each) == other.shares.share(each) for each in holders)


def overridden(new: Layer, standing: Iterable[Layer], before: Iterable[Layer] = ()) -> Layer | None:
    """Return the first claim of ``standing`` with other shares above which ``new`` lies, for its
    reason; None where there is none.

    Ground that the same claim had taken ``before`` from that one isn't counted again.
    """
    former = list(before)
    for other in standing:
        shared = new.box.common(other.box) if _over(new, other) else None
        if shared and cut([shared], [one.box for one in former if _over(one, other)]):
            return other
    return None


def _over(one: Layer, other: Layer) -> bool:
    """Return whether a claim's reason puts it above another that names other shares."""
    if other.default or one.origin == other.origin or not one.override_reason:
        return False
    return rank(one) < rank(other) and not agrees(one, other)


def same_source(one: Layer, other: Layer) -> bool:
    """Return whether two claims come from one source, which can't contradict itself."""
    return (one.source, one.source_ref) == (other.source, other.source_ref)


def contests(one: Layer, other: Layer) -> bool:
    """Return whether two claims that meet are a conflict: neither yields, and they differ."""
    if one.default or other.default or one.origin == other.origin:
        return False
    if narrower(one, other) or narrower(other, one):
        return False
    return not agrees(one, other)


def in_the_way(new: Layer, standing: Iterable[Layer]) -> Layer | None:
    """Return the first claim of ``standing`` from the same source that ``new`` contradicts."""
    for other in standing:
        if other.default or other.box.common(new.box) is None:
            continue
        if same_source(new, other) and not narrower(new, other) and not narrower(other, new):
            return other
    return None


def rank(layer: Layer) -> tuple[bool, int, UUID]:
    """Return what orders claims from the one that lies highest: overrides before others, those to
    fewer places first; then as they were made."""
    reasoned = bool(layer.override_reason)
    size = sum(upper - lower for lower, upper in layer.box.places.ranges) if reasoned else 0
    return not reasoned, size, layer.origin


def held(layers: Sequence[Layer]) -> list[Piece]:
    """Return what each layer holds, piece by piece; pieces don't overlap.

    Where the default layers reach everywhere, so do the pieces together.
    """
    told = [layer for layer in layers if not layer.default]
    pieces = []
    for layer in layers:
        mine = rank(layer)
        above = [
            other.box
            for other in told
            if other is not layer
            and (layer.default or rank(other) < mine)
            and layer.box.common(other.box)
        ]
        pieces += [Piece(layer, box) for box in joined(cut([layer.box], sorted(above, key=order)))]
    return pieces


def disputes(layers: Sequence[Layer]) -> dict[Dispute, Layer]:
    """Return what is in conflict, pair by pair, each with the layer that contends.

    Ground that a narrower claim overrides for both of a pair is not in conflict between them.
    """
    told = sorted((layer for layer in layers if not layer.default), key=rank)
    found = {}
    for at, holding in enumerate(told):
        for contending in told[at + 1 :]:
            shared = holding.box.common(contending.box)
            if shared is None or not contests(holding, contending):
                continue
            over = [
                one.box
                for one in told
                if narrower(one, holding) and narrower(one, contending) and shared.common(one.box)
            ]
            for box in joined(cut([shared], sorted(over, key=order))):
                found[Dispute(holding.origin, contending.origin, box)] = contending
    return found


def parted(layer: Layer, window: Window) -> tuple[list[Layer], Layer | None]:
    """Return the layer outside the days of ``window``, and inside them."""
    box, inside = layer.box, layer.box.window.common(window)
    if inside is None:
        return [layer], None
    return (
        [replace(layer, box=replace(box, window=rest)) for rest in box.window.without(inside)],
        replace(layer, box=replace(box, window=inside)),
    )
