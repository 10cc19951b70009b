"""Every country in one region, as maps and tables show them: a partition made of public groups.

A country belongs to the first region in this order whose group has it; "other" ones are what the
groups before them have left of a continent.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from territories.geography.allocation import register
from territories.geography.atlas import countries
from territories.geography.groups import public_groups
from territories.geography.spans import SpanSet

ORDER = (
    ("NORDICS", "Nordic countries"),
    ("BALTICS", "Baltic states"),
    ("UKI", "United Kingdom and Ireland"),
    ("BENELUX", "Benelux"),
    ("DACH", "Germany, Austria, Switzerland"),
    ("EUROPE", "Other Europe"),
    ("MIDDLE-EAST", "Middle East"),
    ("NORTH-AFRICA", "North Africa"),
    ("SUB-SAHARAN-AFRICA", "Africa south of the Sahara"),
    ("AFRICA", "Other Africa"),
    ("SOUTH-ASIA", "South Asia"),
    ("SOUTH-EAST-ASIA", "South-East Asia"),
    ("ASIA", "Other Asia"),
    ("NORTH-AMERICA", "North America"),
    ("CENTRAL-AMERICA", "Central America"),
    ("SOUTH-AMERICA", "South America"),
    ("AMERICA", "Caribbean and other America"),
    ("ANZ", "Australia and New Zealand"),
    ("OCEANIA", "Other Oceania"),
    ("ANTARCTICA", "Antarctica and far south"),
)
REST = "Elsewhere"


@dataclass(frozen=True, slots=True)
class Region:
    """A region with its countries' codes, and the places that they cover."""

    code: str
    name: str
    countries: tuple[str, ...]
    places: SpanSet


@lru_cache(maxsize=32)
def regions(on: date) -> tuple[Region, ...]:
    """Return the regions that have countries, each country in one of them, as of a day."""
    left = dict.fromkeys(sorted(countries()))
    found = []
    for code, name in (*ORDER, ("", REST)):
        members = public_groups()[code].codes(on) if code else set(left)
        here = tuple(one for one in left if one in members)
        for one in here:
            del left[one]
        if here:
            spans = SpanSet.of(register()[one].span for one in here)
            found.append(Region(code or "REST", name, here, spans))
    return tuple(found)
