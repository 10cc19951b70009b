"""Claims over each other: what each one says, and what it still holds where others say otherwise.

A claim is one layer, or a few that follow each other in time. The default layers lie lowest and
reach everywhere; any other claim lies over them. Of two others that meet, the one with fewer
places lies above, if it gives its reason (local before regional, national, global); else they
are in each other's way.
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

    ``written`` is the territory as its source has it, resolved on ``resolved_on`` by ``date_rule``.
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

    @property
    def default(self) -> bool:
        """Whether it yields to every other claim."""
        return self.source == DEFAULT


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a layer's ground that it holds, since no layer lies above it there."""

    layer: Layer
    box: Box


def narrower(one: Layer, other: Layer) -> bool:
    """Return whether ``one`` may lie above ``other``: fewer places, inside, and with a reason."""
    inside = other.box.places.covers(one.box.places) and one.box.places != other.box.places
    return bool(one.override_reason) and inside


def in_the_way(new: Layer, standing: Iterable[Layer]) -> Layer | None:
    """Return the first claim of ``standing`` that ``new`` can lie neither above nor below."""
    for other in standing:
        if other.default or other.box.common(new.box) is None:
            continue
        if not narrower(new, other) and not narrower(other, new):
            return other
    return None


def held(layers: Sequence[Layer]) -> list[Piece]:
    """Return what each layer holds, piece by piece; pieces don't overlap.

    Where the default layers reach everywhere, so do the pieces together.
    """
    told = [layer for layer in layers if not layer.default]
    pieces = []
    for layer in layers:
        above = [
            other.box
            for other in told
            if other is not layer and (layer.default or narrower(other, layer))
        ]
        above = sorted((box for box in above if layer.box.common(box)), key=order)
        pieces += [Piece(layer, box) for box in joined(cut([layer.box], above))]
    return pieces


def parted(layer: Layer, window: Window) -> tuple[list[Layer], Layer | None]:
    """Return the layer outside the days of ``window``, and inside them."""
    box, inside = layer.box, layer.box.window.common(window)
    if inside is None:
        return [layer], None
    return (
        [replace(layer, box=replace(box, window=rest)) for rest in box.window.without(inside)],
        replace(layer, box=replace(box, window=inside)),
    )
