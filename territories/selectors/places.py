"""Questions about single places: their names, ancestors, time zones; and search."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q

from foundation.tenancy import current_org
from territories.geography.allocation import WORLD, register
from territories.geography.atlas import VENUE_PREFIX, UnknownTerritory, countries
from territories.models import OrgGroup, Territory, TerritoryGroup, Venue
from territories.models.places import Scope

UTC_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of an autocomplete list. ``scope`` is a place's scope, or ``group``."""

    code: str
    name: str
    scope: str


def ancestors(code: str) -> list[str]:
    """Return ``code`` and the places around it, nearest first, ending with WORLD.

    Raises ``UnknownTerritory`` for a code that is neither public nor one of the own venues.
    """
    places = register()
    found = [code]
    if code.startswith(VENUE_PREFIX):
        venue = Venue.objects.filter(code=code).first()
        found += [venue.territory_id] if venue else []
    while (place := places.get(found[-1])) and place.parent:
        found.append(place.parent)
    if found[-1] != WORLD:
        raise UnknownTerritory(f"{code!r} is not a known territory.", token=code, suggestions=[])
    return found


def zone_of(code: str) -> str:
    """Return the main time zone of a place: its own, or that of the nearest place around it."""
    if code.startswith(VENUE_PREFIX):
        venue = Venue.objects.filter(code=code).exclude(zone="").first()
        if venue:
            return venue.zone
    known = countries()
    zones = [known[one].zone for one in ancestors(code) if one in known]
    return zones[0] if zones else UTC_ZONE


def is_open(venue: str, *, on: date) -> bool:
    """Return whether there is an own venue of that code that isn't closed on a day."""
    rows = Venue.objects.filter(code=venue).exclude(closed_on__lte=on)
    return rows.exists()


def zones(venues: Iterable[str]) -> dict[str, str]:
    """Return the time zones of own venues, or of the places around them; one query."""
    rows = Venue.objects.filter(code__in=set(venues)).values_list("code", "zone", "territory_id")
    return {code: zone or zone_of(around) for code, zone, around in rows}


def search(text: str, *, limit: int = 20) -> list[Choice]:
    """Return places, groups and own venues whose code or name begins with or holds ``text``.

    Accents and case don't matter. An exact code comes first, then codes, then names that begin
    with it, larger places before smaller ones.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    scored = []
    for choice in [*_public_choices(), *_own_choices(text, limit)]:
        code, name = choice.code.lower(), _plain(choice.name)
        if code == wanted:
            rank = 0
        elif name.startswith(wanted):
            rank = 1
        elif code.startswith(wanted):
            rank = 2
        elif wanted in name:
            rank = 3
        else:
            continue
        scored.append((rank, _SIZE[choice.scope], len(choice.name), choice.code, choice))
    return [one[-1] for one in sorted(scored, key=lambda one: one[:4])[:limit]]


def names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of public places and own venues by code; unknown ones are left out."""
    asked = set(codes)
    found = dict(Territory.objects.filter(code__in=asked).values_list("code", "name"))
    if current_org() is not None and (rest := asked - found.keys()):
        found |= dict(Venue.objects.filter(code__in=rest).values_list("code", "name"))
    return found


_SIZE = {Scope.WORLD: 0, Scope.COUNTRY: 1, "group": 2, Scope.SUBDIVISION: 3, Scope.LOCAL: 4}


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _public_choices() -> tuple[Choice, ...]:
    return _choices(TerritoryGroup.objects.count())


@lru_cache(maxsize=2)
def _choices(_groups: int) -> tuple[Choice, ...]:
    places = Territory.objects.values_list("code", "name", "scope")
    groups = TerritoryGroup.objects.values_list("code", "name")
    return (
        *(Choice(code, name, scope) for code, name, scope in places),
        *(Choice(code, name, "group") for code, name in groups),
    )


def _own_choices(text: str, limit: int) -> list[Choice]:
    if current_org() is None:
        return []
    named = Q(name__icontains=text.strip()) | Q(code__icontains=text.strip())
    venues = Venue.objects.filter(named, closed_on=None).order_by("code")[:limit]
    groups = OrgGroup.objects.known_at().filter(named).order_by("code")[:limit]
    return [
        *(Choice(venue.code, venue.name, Scope.LOCAL) for venue in venues),
        *(Choice(group.code, group.name, "group") for group in groups),
    ]
