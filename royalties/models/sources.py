"""Sources: which of them a file brought, and when each is expected to report."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from foundation.models.spans import DaySpan
from royalties.models.sales import SalesFile


class FileSource(TenantModel):
    """A source that lines of a file name, and how many; only added, with the file."""

    file = models.ForeignKey(
        SalesFile, models.PROTECT, db_constraint=False, db_index=False, related_name="sources"
    )
    key = models.CharField(max_length=300)
    name = models.TextField()
    lines = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "file", "key"], name="file_source_once")
        ]
        indexes = [models.Index(fields=["org_id", "key"], name="file_source_by_key")]

    def __str__(self) -> str:
        return self.name


class SourceRule(TenantModel):
    """How often a source reports, and how many days after a period's last day it is due.

    It holds for the periods from ``first_day`` to ``end_day`` (not included; None: until it is
    changed). A source has one rule at a time.
    """

    class Every(models.TextChoices):
        """How often."""

        MONTH = "month", "Every month"
        QUARTER = "quarter", "Every quarter"
        HALF = "half", "Every half-year"
        YEAR = "year", "Every year"

    source = models.CharField(max_length=200)
    key = models.CharField(max_length=300)
    every = models.CharField(max_length=8, choices=Every.choices)
    due_after = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    end_day = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_day=None) | Q(end_day__gt=F("first_day")),
                name="source_rule_has_days",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="source_rule_names_one"),
            ExclusionConstraint(
                name="source_rule_one_at_a_time",
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    (DaySpan("first_day", "end_day"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["org_id", "source"], name="source_rule_by_name")]

    def __str__(self) -> str:
        return f"{self.source}: {self.every}, {self.due_after} days"
