"""Countries by region, as far as a set of places touches them."""

from dataclasses import dataclass
from datetime import date

from territories.geography import regions as geography
from territories.geography.allocation import register
from territories.geography.spans import SpanSet
from territories.selectors import places


@dataclass(frozen=True, slots=True)
class Place:
    """A country or a region: what its heading says, and the places it covers."""

    code: str
    name: str
    places: SpanSet


@dataclass(frozen=True, slots=True)
class Region:
    """A region with those of its countries that are touched."""

    place: Place
    countries: tuple[Place, ...]


def touched(covered: SpanSet, on: date) -> list[Region]:
    """Return the regions that ``covered`` touches, with their countries by name. One query."""
    spans = {
        code: SpanSet((register()[code].span,))
        for region in geography.regions(on)
        for code in region.countries
    }
    codes = [code for code, span in spans.items() if covered.overlaps(span)]
    names = places.names(codes)
    found = []
    for region in geography.regions(on):
        here = [Place(code, names[code], spans[code]) for code in region.countries if code in names]
        if here:
            here.sort(key=lambda place: place.name)
            whole = Place(region.code, region.name, region.places)
            found.append(Region(whole, tuple(here)))
    return found
