"""When something happened to a work, as known now or at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from catalog.models import WorkEvent
from territories.selectors import places


@dataclass(frozen=True, slots=True)
class Dated:
    """One known date of a work."""

    work_id: UUID
    kind: str
    territory: str
    on: date
    recorded_at: datetime


def known(work_ids: Iterable[UUID], *, as_known_at: datetime | None = None) -> list[Dated]:
    """Return the dates of works that hold: of each kind and territory the one recorded last."""
    rows = WorkEvent.objects.filter(work_id__in=set(work_ids))
    if as_known_at is not None:
        rows = rows.filter(recorded_at__lte=as_known_at)
    last = rows.order_by("work_id", "kind", "territory", "-recorded_at")
    return [
        Dated(row.work_id, row.kind, row.territory, row.on, row.recorded_at)
        for row in last.distinct("work_id", "kind", "territory")
        if row.on is not None
    ]


def day_of(
    work_id: UUID, kind: str, territory: str, *, as_known_at: datetime | None = None
) -> date | None:
    """Return the day of an event in a place: its own, or that of the nearest place around it.

    None: it is not known (a clause that hangs on it *depends*). Raises UnknownTerritory.
    """
    days = {
        one.territory: one.on
        for one in known([work_id], as_known_at=as_known_at)
        if one.kind == kind
    }
    return next((days[place] for place in places.ancestors(territory) if place in days), None)
