"""Claims in words."""

from rights.engine.boxes import WORLD, Box
from rights.engine.layers import Layer, Piece
from rights.models.claims import Source
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet
from territories.selectors import names


def territory(piece: Piece) -> str:
    """Return where a piece holds: as written where that is all of it, else in the fewest codes.

    The result resolves to exactly the piece's places with the groups of the claim's own day.
    """
    layer, places = piece.layer, piece.box.places
    if places == layer.box.places:
        return layer.written
    told = names.words_for(places)
    missing = names.words_for(layer.box.places - places)
    if missing is None:
        return told or f"{layer.written} (in part)"
    left = f"{layer.written} - {_grouped(missing)}"
    return left if told is None or len(left.split()) <= len(told.split()) else told


def places(there: SpanSet) -> str:
    """Return places in the fewest codes."""
    return "WORLD" if there == WORLD else names.words_for(there) or "parts of several places"


def _grouped(words: str) -> str:
    if " " not in words:
        return words
    signs = words.split()[1::2]
    return words.replace(" + ", " - ") if set(signs) == {"+"} else f"({words})"


def right(rights: SpanSet, right_type: str) -> str:
    """Return the codes of what a claim to ``right_type`` holds: all of it, or some."""
    return names.right_words(rights) or right_type


def of_layer(layer: Layer, ground: Box | None = None) -> str:
    """Return a claim as a person would point to it; ``ground``: only where it matters."""
    where = layer.written
    if ground is not None and ground.places != layer.box.places:
        where = names.words_for(ground.places) or where
    if layer.box.places == WORLD and ground is None:
        where = "WORLD"
    window = (ground or layer.box).window
    name = right_types()[layer.right_type].name
    return f"the {Source(layer.source).value} claim to {name} in {where}, {window}"
