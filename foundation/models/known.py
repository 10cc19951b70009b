"""Rows that are added and superseded, never changed: the clock of what was known."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

Row = TypeVar("Row", bound=models.Model, covariant=True)


class KnownQuerySet(models.QuerySet[Row]):
    """Filters by ``recorded_at`` and ``superseded_at``."""

    def known_at(self, moment: datetime | None = None) -> Self:
        """Return the rows as they were known at ``moment``; None is now."""
        if moment is None:
            return self.filter(superseded_at=None)
        return self.filter(recorded_at__lte=moment).exclude(superseded_at__lte=moment)

    def supersede(self, at: datetime) -> int:
        """End the rows' being known; return how many there were."""
        return self.update(superseded_at=at)


def superseded_later(prefix: str) -> models.CheckConstraint:
    """Return the check that nothing is superseded before it is recorded, named by ``prefix``."""
    return models.CheckConstraint(
        name=f"{prefix}_superseded_later",
        condition=Q(superseded_at=None) | Q(superseded_at__gte=F("recorded_at")),
    )


def live_index(name: str, *fields: str) -> models.Index:
    """Return an index of an organisation's rows that are known now."""
    return models.Index(fields=["org_id", *fields], name=name, condition=Q(superseded_at=None))
