"""Two clocks: when a fact holds, and when it was recorded and superseded."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from foundation.models.known import KnownQuerySet, superseded_later


class BitemporalQuerySet(KnownQuerySet):
    """Filters by the two clocks."""

    def holding_on(self, day: date) -> Self:
        """Return the facts that hold on ``day``."""
        begun = Q(starts=None) | Q(starts__lte=day)
        return self.filter(begun).exclude(ends__lte=day)


class Bitemporal(models.Model):
    """A fact with a valid range ``[starts, ends)``, an open side being NULL, and a known range.

    Nothing is updated in place: a change sets ``superseded_at`` and adds a row.
    """

    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = BitemporalQuerySet.as_manager()

    class Meta:
        abstract = True


def sound_ranges(prefix: str) -> list[models.BaseConstraint]:
    """Return the checks that both ranges run forward, named after ``prefix``."""
    return [
        models.CheckConstraint(
            name=f"{prefix}_runs_forward",
            condition=Q(starts=None) | Q(ends=None) | Q(ends__gt=F("starts")),
        ),
        superseded_later(prefix),
    ]
