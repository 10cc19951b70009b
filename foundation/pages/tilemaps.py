"""A map of tiles: one for each place, region by region, with what holds there in a word.

Each tile says its answer by a word and a shape, not by its colour alone; the table beside the
picture holds every place by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from foundation.pages.charts import WIDTH, Chart, picture

State = Literal["yes", "no", "depends"]
WIDE, HIGH, GAP, HEAD = 37, 32, 3, 20
ACROSS = WIDTH // (WIDE + GAP)
# Whole; with its corners cut off; with a slanting side.
SHAPES = {
    "yes": "M{x} {y}h37v32h-37z",
    "no": "M{x} {y}m8 0h21l8 8v16l-8 8h-21l-8 -8v-16z",
    "depends": "M{x} {y}m10 0h27l-10 32h-27z",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A place: ``said`` is what stands on its tile besides its code, ``words`` it in full."""

    code: str
    name: str
    state: State
    said: str
    words: str


def tiles(
    title: str, regions: Sequence[tuple[str, Sequence[Tile]]], *, head: tuple[str, str, str]
) -> Chart:
    """Return the map: places in rows below the name of their region."""
    marks, top = [], 0
    for region, places in regions:
        marks.append(Markup('<text x="0" y="{}">{}</text>').format(top + 14, region))
        for at, tile in enumerate(places):
            x = at % ACROSS * (WIDE + GAP)
            marks.append(_tile(tile, x, top + HEAD + at // ACROSS * (HIGH + GAP)))
        top += HEAD + -(-len(places) // ACROSS) * (HIGH + GAP) + GAP
    told = "; ".join(_summary(region, places) for region, places in regions)
    svg = picture(title, told, marks, WIDTH, max(top, HEAD), "tiles")
    rows = tuple(
        (f"{tile.name} ({tile.code})", region, tile.words)
        for region, places in regions
        for tile in places
    )
    return Chart(title, told, svg, head, rows)


def _tile(tile: Tile, x: int, y: int) -> Markup:
    shape = SHAPES[tile.state].format(x=x, y=y)
    return Markup(
        '<g><title>{}: {}</title><path class="tile {}" d="{}"/>'
        '<text class="code" x="{}" y="{}">{}</text><text class="said" x="{}" y="{}">{}</text></g>'
    ).format(
        tile.name, tile.words, tile.state, shape,
        x + WIDE // 2, y + 14, tile.code, x + WIDE // 2, y + 26, tile.said,
    )  # fmt: skip


def _summary(region: str, places: Iterable[Tile]) -> str:
    return f"{region}: " + ", ".join(f"{tile.code} {tile.words}" for tile in places)
