"""One uploaded sales file on its way in."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports by where they stand."""

    def standing(self) -> Self:
        """Those that count: neither refused nor taken back."""
        return self.exclude(state__in=Import.GONE)

    def under_way(self) -> Self:
        """Those that somebody has begun and not finished."""
        return self.filter(state__in=Import.UNDER_WAY)


class Import(TenantModel):
    """A file, what it was found to be, what became of its rows, and how far it has come.

    ``corrects`` is the import whose rows this file's rows replace (an errors file that came back).
    ``choices`` is what a person chose, ``profile`` and ``profile_version`` what it was read under.
    """

    class State(models.TextChoices):
        """How far an import has come."""

        DETECTED = "detected", "looked at"
        MAPPED = "mapped", "mapped"
        VALIDATED = "validated", "checked"
        COMMITTED = "committed", "taken"
        REFUSED = "refused", "refused"
        REVERSED = "reversed", "taken back"

    GONE = (State.REFUSED, State.REVERSED)
    UNDER_WAY = (State.DETECTED, State.MAPPED, State.VALIDATED)

    file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    choices = models.JSONField(default=dict)
    period = models.CharField(max_length=10, default="", blank=True)
    profile = models.CharField(max_length=50, default="", blank=True)
    profile_version = models.PositiveIntegerField(null=True)
    detection = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    lines_file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    bad_file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="corrections",
    )
    job_id = models.UUIDField(null=True)
    sales_file_id = models.UUIDField(null=True)
    explained = models.CharField(max_length=1000, default="", blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.UUIDField()
    committed_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "sha256"],
                condition=~Q(state__in=["refused", "reversed"]),
                name="import_once_per_content",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "detected",
                        "mapped",
                        "validated",
                        "committed",
                        "refused",
                        "reversed",
                    ]
                ),
                name="import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="committed") | Q(committed_at__isnull=False),
                name="import_committed_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "-begun_at"], name="import_latest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def validated(self) -> bool:
        """Whether its rows have been checked and counted."""
        return self.state in (self.State.VALIDATED, self.State.COMMITTED)

    def counted(self) -> dict[str, Any]:
        """Return its figures: rows by outcome, and totals by currency."""
        empty = {"rows_read": 0, "accepted": 0, "quarantined": 0, "rejected": 0, "totals": []}
        return {**empty, **self.figures}
