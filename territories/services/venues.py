"""An organisation's venues: each gets an interval of its own, for good."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction
from django.db.models import Max

from audit.services import events
from foundation.tenancy import current_org
from kernel.errors import DomainError
from territories import venue_tokens
from territories.geography import expressions
from territories.geography.allocation import (
    VENUE_WIDTH,
    WORLD,
    RegisterFull,
    register,
    venue_span,
)
from territories.geography.atlas import public_atlas
from territories.models import Venue

if TYPE_CHECKING:
    from audit.actors import Actor

TOKEN_DAYS = 366


class BadVenue(DomainError):
    """A venue that can't be added as asked."""

    code = "bad_venue"
    status = 422


class VenueExists(DomainError):
    """The organisation already has a venue of that code."""

    code = "venue_exists"


@transaction.atomic
def add(
    *, code: str, name: str, territory: str, actor: "Actor", at: datetime, zone: str = ""
) -> Venue:
    """Add a venue below ``territory`` and return it; no other place moves.

    ``code`` is written ``LOC:…``; ``territory`` is anything that names one public place. Raises
    BadVenue, VenueExists or UnknownTerritory.
    """
    code = code.strip().upper()
    if not expressions.VENUE_CODE.match(code):
        raise BadVenue(
            f"{code[:80]!r} is not a venue code. Write LOC: and up to 50 letters, digits, - _ or ."
        )
    parent = public_atlas().known(territory.strip())
    if parent not in register() or parent == WORLD:
        raise BadVenue(f"A venue lies in a country or a part of one, not in {parent}.")
    _check_zone(zone)
    _lock(parent)
    if Venue.objects.filter(code=code).exists():
        raise VenueExists(f"{code} is already there. Choose another code.", venue=code)
    lower, upper = _free_span(parent)
    venue = Venue(
        code=code, name=name.strip(), territory_id=parent, lower=lower, upper=upper, zone=zone
    )
    venue.save(force_insert=True)
    after = {"code": code, "name": venue.name, "territory": parent, "zone": zone}
    events.record("territories.venue.added", subject=venue, actor=actor, at=at, after=after)
    return venue


@transaction.atomic
def close(*, code: str, on: date, actor: "Actor", at: datetime, reason: str) -> Venue:
    """Close a venue from ``on``; it keeps its interval, since old clauses still name it."""
    venue = Venue.objects.select_for_update().filter(code=code.strip().upper()).first()
    if venue is None:
        raise BadVenue(f"There is no venue {code}. Look at the list of venues.", venue=code)
    if venue.closed_on is not None:
        raise BadVenue(f"{venue.code} has been closed since {venue.closed_on}.", venue=code)
    venue.closed_on = on
    venue.save(update_fields=["closed_on"])
    events.record(
        "territories.venue.closed",
        subject=venue,
        actor=actor,
        at=at,
        reason=reason,
        before={"closed_on": None},
        after={"closed_on": on.isoformat()},
    )
    return venue


@transaction.atomic
def token(*, code: str, last: date, actor: "Actor", at: datetime) -> tuple[str, date]:
    """Return a signed token for the screens of a venue, and the last day on which it holds.

    Closing the venue ends it sooner. Raises BadVenue.
    """
    code, today = code.strip().upper(), at.astimezone(UTC).date()
    days = (last - today).days + 1
    if not 1 <= days <= TOKEN_DAYS:
        raise BadVenue(f"A token holds for 1 to {TOKEN_DAYS} days, not for {days}.")
    venue = Venue.objects.filter(code=code).exclude(closed_on__lte=today).first()
    if venue is None:
        raise BadVenue(f"There is no open venue {code}. Look at the list of venues.", venue=code)
    made = venue_tokens.signed(org_id=venue.org_id, venue=code, last=last)
    events.record(
        "territories.venue.token_made",
        subject=venue,
        actor=actor,
        at=at,
        after={"code": code, "last": last.isoformat()},
    )
    return made, last


def _check_zone(zone: str) -> None:
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadVenue(f"{zone!r} is not a time zone. Write it like Europe/Berlin.") from None


def _lock(parent: str) -> None:
    """Let one venue at a time be added below ``parent`` by the organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"venue:{current_org()}:{parent}"],
        )


def _free_span(parent: str) -> tuple[int, int]:
    span = register()[parent].span
    last = Venue.objects.filter(territory_id=parent).aggregate(last=Max("lower"))["last"]
    first = venue_span(span, 0)[0]
    try:
        return venue_span(span, 0 if last is None else (last - first) // VENUE_WIDTH + 1)
    except RegisterFull:
        raise BadVenue(
            f"{parent} has no room for another venue. Add it to the place around it."
        ) from None
