"""Where each place gets its integers: the register, and how it grows without moving anyone.

The world is ``[0, 2**62)``. Every place cuts its own interval into 1,024 equal slots: the first 512
are for the places of the public register below it, one slot each, in the order they arrived; the
upper half is for venues, 256 integers each. The register (``data/register.csv``) is append-only:
a place keeps its slot for ever, a newcomer takes the next free one.

``python -m territories.geography.allocation`` adds the places that ISO has named since.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from territories.geography.spans import Span

WORLD = "WORLD"
WORLD_SPAN: Span = (0, 1 << 62)
SLOTS = 1024
PLACE_SLOTS = 512
VENUE_WIDTH = 256
REGISTER = "register.csv"

# ISO 3166-2 also lists these as subdivisions of the country that administers them, although each
# has a country code of its own. They are the same place, so they share the country's interval.
SAME_PLACE = {
    "CN-HK": "HK",
    "CN-MO": "MO",
    "CN-TW": "TW",
    "FI-01": "AX",
    "FR-971": "GP",
    "FR-972": "MQ",
    "FR-973": "GF",
    "FR-974": "RE",
    "FR-976": "YT",
    "FR-BL": "BL",
    "FR-MF": "MF",
    "FR-NC": "NC",
    "FR-PF": "PF",
    "FR-PM": "PM",
    "FR-TF": "TF",
    "FR-WF": "WF",
    "NL-AW": "AW",
    "NL-BQ1": "BQ-BO",
    "NL-BQ2": "BQ-SA",
    "NL-BQ3": "BQ-SE",
    "NL-CW": "CW",
    "NL-SX": "SX",
    "US-AS": "AS",
    "US-GU": "GU",
    "US-MP": "MP",
    "US-PR": "PR",
    "US-UM": "UM",
    "US-VI": "VI",
}
# Svalbard and Jan Mayen are one country to ISO 3166-1 and two parts of Norway to ISO 3166-2.
MOVED = {"NO-21": "SJ", "NO-22": "SJ"}


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the register: a code, its parent's code and its interval."""

    code: str
    parent: str
    span: Span


class RegisterFull(Exception):
    """A place has used all its 512 slots: a matter for an engineer, not for a user."""


def slot(parent: Span, index: int) -> Span:
    """Return the interval of the ``index``-th public place (0 to 511) inside ``parent``."""
    if not 0 <= index < PLACE_SLOTS:
        raise RegisterFull(f"Slot {index} does not exist; a place holds {PLACE_SLOTS}.")
    width = (parent[1] - parent[0]) // SLOTS
    return parent[0] + index * width, parent[0] + (index + 1) * width


def venue_span(parent: Span, index: int) -> Span:
    """Return the interval of the ``index``-th venue (from 0) inside ``parent``."""
    first = (parent[0] + parent[1]) // 2
    lower = first + index * VENUE_WIDTH
    if index < 0 or lower + VENUE_WIDTH > parent[1]:
        raise RegisterFull(f"There is no room for venue number {index + 1} in this place.")
    return lower, lower + VENUE_WIDTH


def venue_capacity(parent: Span) -> int:
    """Return how many venues one organisation can have directly in ``parent``."""
    return (parent[1] - parent[0]) // 2 // VENUE_WIDTH


def extend(places: dict[str, Place], newcomers: Iterable[tuple[str, str]]) -> dict[str, Place]:
    """Return the register with ``newcomers`` (code, parent; parents first) in the next free slots.

    A code that is already there stays where it is, whatever parent it is given now.
    """
    grown = dict(places) or {WORLD: Place(WORLD, "", WORLD_SPAN)}
    used: dict[str, int] = {}
    for place in grown.values():
        if place.code not in SAME_PLACE:
            used[place.parent] = used.get(place.parent, 0) + 1
    for code, parent in newcomers:
        if code in grown:
            continue
        if twin := SAME_PLACE.get(code):
            grown[code] = Place(code, twin, grown[twin].span)
            continue
        grown[code] = Place(code, parent, slot(grown[parent].span, used.get(parent, 0)))
        used[parent] = used.get(parent, 0) + 1
    return grown


@cache
def register() -> dict[str, Place]:
    """Return every public place by its code, as the register file has it, parents first."""
    text = (resources.files("territories.geography") / "data" / REGISTER).read_text("ascii")
    rows = csv.DictReader(text.splitlines())
    return {
        row["code"]: Place(row["code"], row["parent"], (int(row["lower"]), int(row["upper"])))
        for row in rows
    }


def iso_places(order: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield (code, parent) of every ISO 3166 place, countries first, those of ``order`` leading."""
    import pycountry

    countries = {country.alpha_2 for country in pycountry.countries}
    leading = dict.fromkeys(order)
    for code in [*leading, *sorted(countries - leading.keys())]:
        yield code, WORLD
    parents = {one.code: one.parent_code or one.country_code for one in pycountry.subdivisions}
    parents |= MOVED
    told: set[str] = set()

    def line(code: str) -> Iterator[tuple[str, str]]:
        if code in told or code in countries:
            return
        told.add(code)
        yield from line(parents[code])
        yield code, parents[code]

    for code in sorted(parents, key=lambda one: (one in SAME_PLACE, one)):
        yield from line(code)


def _neighbours() -> list[str]:
    """Return the countries region by region, so that a region is one interval."""
    from territories.geography.groups import public_groups

    groups = public_groups()
    regions = ["EU", "EUROPE", "NORTH-AMERICA", "AMERICA", "ASIA", "AFRICA", "OCEANIA"]
    return [code for region in regions for code in sorted({m.code for m in groups[region].members})]


def main() -> None:
    """Write the register to standard output, extended by the places ISO has named since."""
    try:
        places = register()
    except FileNotFoundError:
        places = {}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["code", "parent", "lower", "upper"])
    for place in extend(places, iso_places(_neighbours())).values():
        out.writerow([place.code, place.parent, *place.span])


if __name__ == "__main__":
    main()
