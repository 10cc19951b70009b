"""Which rate applies to a place and a right on a day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from foundation.tenancy import current_org
from territories.geography.rights import right_types
from territories.models import OrgRate, TerritoryRate
from territories.selectors import places


@dataclass(frozen=True, slots=True)
class RateFound:
    """A rate and where it was found. ``own`` tells the organisation's from a public one."""

    territory: str
    right_type: str
    kind: str
    value: Decimal
    per_minute: Decimal | None
    currency: str
    basis: str
    starts: date | None
    ends: date | None
    source: str
    example: bool
    own: bool


def right_ancestors(code: str) -> list[str]:
    """Return the right type ``code`` and those around it, nearest first."""
    known = right_types()
    found = [code]
    while parent := known[found[-1]].parent:
        found.append(parent)
    return found


def rate(
    territory: str, right_type: str, *, on: date, as_known_at: datetime | None = None
) -> RateFound | None:
    """Return the rate for a place and a right type on ``on``, or None where there is none.

    The nearest place wins, then the nearest right type, then the organisation's own rate before
    a public one; of several open at once, the one that began last.
    """
    wheres, rights = places.ancestors(territory), right_ancestors(right_type)
    found = [
        (wheres.index(row.territory_id), rights.index(row.right_type_id), not own, row)
        for own, row in _candidates(wheres, rights, on, as_known_at)
    ]
    if not found:
        return None
    nearest = min(one[:3] for one in found)
    level = [one[3] for one in found if one[:3] == nearest]
    row = max(level, key=lambda one: one.starts or date.min)
    return _told(row, own=not nearest[2])


def _candidates(
    wheres: list[str], rights: list[str], on: date, as_known_at: datetime | None
) -> list[tuple[bool, Any]]:
    models: list[tuple[bool, Any]] = [(False, TerritoryRate)]
    if current_org() is not None:
        models.append((True, OrgRate))
    return [
        (own, row)
        for own, model in models
        for row in model.objects.known_at(as_known_at)
        .holding_on(on)
        .filter(territory_id__in=wheres, right_type_id__in=rights)
    ]


def _told(row: Any, *, own: bool) -> RateFound:
    return RateFound(
        territory=row.territory_id,
        right_type=row.right_type_id,
        kind=row.kind,
        value=row.value,
        per_minute=row.per_minute,
        currency=row.currency,
        basis=row.basis,
        starts=row.starts,
        ends=row.ends,
        source=row.source,
        example=row.example,
        own=own,
    )
