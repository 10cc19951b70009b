"""Signed tokens that say a screen stands in a venue: the organisation's, for some days."""

from datetime import date
from uuid import UUID

from django.core import signing

from kernel.errors import DomainError

SALT = "territories.venue"
HEADER = "Venue-Token"


class BadVenueToken(DomainError):
    """A venue's token that isn't ours, or is over."""

    code = "bad_venue_token"
    status = 403


def signed(*, org_id: UUID, venue: str, last: date) -> str:
    """Return a token for a venue that holds to the end of the day ``last`` (UTC)."""
    said = {"org": str(org_id), "venue": venue, "last": last.isoformat()}
    return signing.dumps(said, salt=SALT)


def venue_of(token: str, *, org_id: UUID | None, today: date) -> str:
    """Return the code of the venue that a token names. Raises BadVenueToken."""
    try:
        said = signing.loads(token, salt=SALT)
        venue, last = str(said["venue"]), date.fromisoformat(said["last"])
        ours = said["org"] == str(org_id)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        ours = False
    if not ours:
        raise BadVenueToken("This venue token isn't one of ours. Ask for a new one.")
    if today > last:
        raise BadVenueToken(f"This venue token held to {last}. Ask for a new one.")
    return venue
