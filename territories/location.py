"""Where a request comes from, as far as anybody can know: a venue, an address, an account.

What a caller writes into headers is never looked at, but for the one part of ``X-Forwarded-For``
that our own proxies wrote (``audit.middleware.address``) and a token that we signed ourselves.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.utils import timezone

from audit.middleware import address as address_of
from foundation.tenancy import current_org
from territories import geoip, venue_tokens
from territories.geography.atlas import countries
from territories.selectors import places
from territories.venue_tokens import HEADER, BadVenueToken

UNKNOWN = "UNKNOWN"


class Basis(StrEnum):
    """What a place was concluded from."""

    VENUE = "venue"
    ADDRESS = "address"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Location:
    """A territory's code, or UNKNOWN, and what it was concluded from."""

    territory: str
    basis: Basis


NOWHERE = Location(UNKNOWN, Basis.UNKNOWN)


def locate(address: str, *, country: str = "") -> Location:
    """Return where an address is; behind a network that hides it, the account's ``country``.

    Without a database of places, with one that can't be read, or for an address that it doesn't
    know, nobody knows.
    """
    parsed = geoip.parsed(address)
    seen = geoip.look(parsed) if parsed else None
    if seen is None:
        return NOWHERE
    if seen.hidden:
        known = country.upper() in countries()
        return Location(country.upper(), Basis.ACCOUNT) if known else NOWHERE
    return Location(seen.place, Basis.ADDRESS) if seen.place else NOWHERE


def of_request(request: HttpRequest) -> Location:
    """Return where a request comes from. Raises BadVenueToken for a token that isn't ours."""
    token = request.headers.get(HEADER, "")
    if token:
        return Location(_venue(token), Basis.VENUE)
    user = getattr(request, "user", None)
    country = str(getattr(user, "country", "") or "")
    return locate(address_of(request), country=country)


def _venue(token: str) -> str:
    today = timezone.now().date()
    code = venue_tokens.venue_of(token, org_id=current_org(), today=today)
    if not places.is_open(code, on=today):
        raise BadVenueToken(f"There is no open venue {code}. Ask for a new token.")
    return code
