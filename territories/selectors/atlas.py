"""The atlas in force: public groups as the database has them, and the organisation's own words."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from django.db import connection
from django.db.models import Max

from foundation.tenancy import current_org
from territories.geography.atlas import VENUE_PREFIX, Atlas, Meaning, public_atlas
from territories.geography.groups import Group, Member
from territories.geography.resolver import change_dates, resolve
from territories.geography.spans import Span
from territories.models import GroupMember, OrgGroup, TerritoryGroup, Venue
from territories.models.places import Source

NEIGHBOURS = 200


def public(*, as_known_at: datetime | None = None) -> Atlas:
    """Return the public places and groups as known then (default: now); kept per process.

    A number that CISAC's imported tree and a group of the product share names CISAC's group.
    """
    told = GroupMember.objects.aggregate(at=Max("recorded_at"), gone=Max("superseded_at"))
    return _public(as_known_at, told["at"], told["gone"])


@lru_cache(maxsize=8)
def _public(as_known_at: datetime | None, _at: datetime | None, _gone: datetime | None) -> Atlas:
    rows = GroupMember.objects.known_at(as_known_at).values_list(
        "group_id", "territory_id", "starts", "ends"
    )
    members: dict[str, list[Member]] = {}
    for code, territory, starts, ends in rows.order_by("group_id", "territory_id", "starts"):
        members.setdefault(code, []).append(Member(territory, starts, ends))
    groups, numbers = [], {}
    for group in TerritoryGroup.objects.filter(pk__in=members).order_by("source"):
        groups.append(
            Group(group.code, group.name, group.kind, tuple(members[group.pk]), group.tis_number)
        )
        if group.tis_number and group.source == Source.TIS:
            numbers[str(group.tis_number)] = group.code
    return public_atlas().extended(groups=groups, synonyms=numbers)


def in_force(words: Iterable[str] | None = None, *, as_known_at: datetime | None = None) -> Atlas:
    """Return the public atlas with the own groups and venues of the organisation that is set.

    ``words`` are those of the clause at hand: only the venues among them (and, for an unknown one,
    their neighbours by name) are fetched. None fetches all venues, for a file's lines.
    """
    base = public(as_known_at=as_known_at)
    if current_org() is None:
        return base
    return base.extended(venues=_venues(words), meanings=_meanings(as_known_at))


_PLACES = """
SELECT (SELECT (count(*), coalesce(sum(hashtextextended(code || lower || ' ' || upper, 0)::numeric),
               0))::text FROM territories_venue),
       (SELECT (count(*), max(recorded_at), max(superseded_at))::text FROM territories_groupmember)
"""


def fingerprint() -> str:
    """Return a hash of what words mean now: it changes when an expression may name other places.

    It covers the meaning of every own word on every day (resolved: another way to write the same is
    the same), the venues of the organisation that is set, and what is known of public groups.
    """
    known = in_force()
    told = {
        code: [(day, resolve(code, on=day, atlas=known).ranges) for day in _days(code, known)]
        for code in sorted(known.meanings)
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES)
        counted = cursor.fetchone()
    return sha256(repr((told, counted)).encode()).hexdigest()


def _days(code: str, known: Atlas) -> list[date]:
    return [date.min, *change_dates(code, atlas=known)]


def _venues(words: Iterable[str] | None) -> dict[str, Span]:
    rows = Venue.objects.values_list("code", "lower", "upper")
    if words is None:
        return {code: (lower, upper) for code, lower, upper in rows}
    wanted = {word.upper() for word in words if word.upper().startswith(VENUE_PREFIX)}
    if not wanted:
        return {}
    found = {code: (lower, upper) for code, lower, upper in rows.filter(code__in=wanted)}
    for missing in wanted - found.keys():
        near = rows.filter(code__startswith=missing[: len(VENUE_PREFIX) + 2]).order_by("code")
        found |= {code: (lower, upper) for code, lower, upper in near[:NEIGHBOURS]}
    return found


def _meanings(as_known_at: datetime | None) -> dict[str, tuple[Meaning, ...]]:
    rows = OrgGroup.objects.known_at(as_known_at).values_list(
        "code", "expression", "starts", "ends"
    )
    found: dict[str, tuple[Meaning, ...]] = {}
    for code, expression, starts, ends in rows.order_by("code", "starts"):
        found[code] = (*found.get(code, ()), Meaning(expression, starts, ends))
    return found
