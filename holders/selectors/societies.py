"""Which society acts for a right in a place."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from foundation.tenancy import current_org
from holders.models import OrgSocietyMapping, Society, SocietyMapping
from territories.selectors import places, rates


@dataclass(frozen=True, slots=True)
class SocietyFound:
    """A society and where its mapping stands. ``own`` tells the organisation's own choice.

    ``others`` are the codes of those that act for the same right in the same place.
    """

    code: str
    short_name: str
    name: str
    cisac_number: int | None
    territory: str
    right_type: str
    own: bool
    others: tuple[str, ...]


def society_for(
    territory: str, right_type: str, *, on: date, as_known_at: datetime | None = None
) -> SocietyFound | None:
    """Return the society for a right in a place on ``on``, or None where none is known.

    The nearest place wins (a city's is its country's), then the nearest right type, then the
    organisation's own choice before the public one. Of several public ones (the United States
    have four for performance) it is the first of ours, with the others named; of several own ones
    open at once the one that began last. Raises UnknownTerritory.
    """
    wheres, rights = places.ancestors(territory), rates.right_ancestors(right_type)
    found = [
        (wheres.index(row.territory_id), rights.index(row.right_type_id), not own, row)
        for own, row in _candidates(wheres, rights, on, as_known_at)
    ]
    if not found:
        return None
    nearest = min(one[:3] for one in found)
    level = [one[3] for one in found if one[:3] == nearest]
    level.sort(key=lambda row: (getattr(row, "preference", 1), _age(row.starts)))
    own = not nearest[2]
    others = () if own else tuple(row.society_id for row in level[1:])
    return _told(level[0], own=own, others=others)


def every() -> list[Society]:
    """Return all societies by code."""
    return list(Society.objects.order_by("code"))


def own() -> list[OrgSocietyMapping]:
    """Return the organisation's own choices in force, by place and right."""
    rows = OrgSocietyMapping.objects.known_at().select_related("society", "right_type")
    return list(rows.order_by("territory_id", "right_type_id", "starts"))


def _age(starts: date | None) -> int:
    return -(starts or date.min).toordinal()


def _candidates(
    wheres: list[str], rights: list[str], on: date, as_known_at: datetime | None
) -> list[tuple[bool, Any]]:
    models: list[tuple[bool, Any]] = [(False, SocietyMapping)]
    if current_org() is not None:
        models.append((True, OrgSocietyMapping))
    return [
        (own, row)
        for own, model in models
        for row in model.objects.known_at(as_known_at)
        .holding_on(on)
        .filter(territory_id__in=wheres, right_type_id__in=rights)
        .select_related("society")
    ]


def _told(row: Any, *, own: bool, others: tuple[str, ...]) -> SocietyFound:
    society = row.society
    return SocietyFound(
        code=society.code,
        short_name=society.short_name,
        name=society.name,
        cisac_number=society.cisac_number,
        territory=row.territory_id,
        right_type=row.right_type_id,
        own=own,
        others=others,
    )
