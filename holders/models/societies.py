"""Societies, and which one acts for a right in a place: public, and an organisation's own view."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from kernel.ids import uuid7


class Society(models.Model):
    """A collective management organisation. Reference: the same for all organisations.

    ``territories`` is an expression of the places where it acts itself; ``families`` are the right
    types it manages there; ``cisac_number`` is NULL for those outside CISAC's list.
    """

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    cisac_number = models.PositiveSmallIntegerField(null=True, unique=True)
    territories = models.CharField(max_length=200)
    families = ArrayField(models.CharField(max_length=40))

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.short_name


class MappingQuerySet(models.QuerySet):
    """Mappings by the two clocks."""

    def known_at(self, moment: object = None) -> Self:
        """Those known at ``moment``; None is now."""
        if moment is None:
            return self.filter(superseded_at=None)
        return self.filter(recorded_at__lte=moment).exclude(superseded_at__lte=moment)

    def holding_on(self, day: object) -> Self:
        """Those that hold on ``day``."""
        return self.filter(Q(starts=None) | Q(starts__lte=day)).exclude(ends__lte=day)


class Mapping(models.Model):
    """For a right type in a territory a society acts, in the valid range ``[starts, ends)``."""

    territory = models.ForeignKey(
        "territories.Territory", models.PROTECT, related_name="+", db_index=False
    )
    right_type = models.ForeignKey(
        "territories.RightType", models.PROTECT, related_name="+", db_index=False
    )
    society = models.ForeignKey(Society, models.PROTECT, related_name="+", db_index=False)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects: ClassVar = MappingQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        """The last day included, as people write it; None without an end."""
        return self.ends - timedelta(days=1) if self.ends else None


def sound_mapping(prefix: str) -> list[models.BaseConstraint]:
    """Return the checks of a mapping's own row, named after ``prefix``."""
    return [
        models.CheckConstraint(
            name=f"{prefix}_runs_forward",
            condition=Q(starts=None) | Q(ends=None) | Q(ends__gt=F("starts")),
        ),
        models.CheckConstraint(
            name=f"{prefix}_superseded_later",
            condition=Q(superseded_at=None) | Q(superseded_at__gte=F("recorded_at")),
        ),
    ]


class SocietyMapping(Mapping):
    """The public mapping; several societies may act for one right in one place (ASCAP, BMI)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    preference = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            *sound_mapping("society_mapping"),
            models.UniqueConstraint(
                fields=["territory", "right_type", "society", "starts"],
                name="one_current_society_mapping_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.right_type_id}: {self.society_id}"


class OrgSocietyMapping(TenantModel, Mapping):
    """An organisation's own choice, taken before the public one for the same place and right."""

    class Meta:
        constraints = [
            *sound_mapping("org_society_mapping"),
            models.UniqueConstraint(
                fields=["org_id", "territory", "right_type", "starts"],
                name="one_current_own_society_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.right_type_id}: {self.society_id}"
