"""Conflicts between claims of different sources, and how they were decided."""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from foundation.models.known import KnownQuerySet, superseded_later
from territories.fields import SpanSetField


class Conflict(TenantModel):
    """A part that two claims say differently: blocked while ``open``.

    ``origin`` is the conflict's identity through its rows; ``holding`` and ``contending`` are the
    two claims. When it ends, a last row says how; it keeps the part that was last in conflict.
    """

    class State(models.TextChoices):
        """Whether it blocks, or how it ended."""

        OPEN = "open", "Open"
        ADJUDICATED = "adjudicated", "Adjudicated"
        OVER = "over", "Over: a claim was changed or taken back"

    origin = models.UUIDField()
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    holding = models.UUIDField()
    contending = models.UUIDField()
    rights = SpanSetField()
    span = SpanSetField()
    territory = models.TextField()
    window = DateRangeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    flagged_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects: ClassVar = KnownQuerySet.as_manager()

    class Meta:
        constraints = [
            superseded_later("conflict"),
            models.CheckConstraint(
                name="conflict_is_between_two", condition=~Q(holding=F("contending"))
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "origin"], name="conflict_origin"),
            models.Index(
                fields=["org_id", "work", "id"],
                name="conflict_open_by_work",
                condition=Q(superseded_at=None, state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"conflict in {self.territory}"


class Adjudication(TenantModel):
    """How a conflict was decided: the claim that came of it, the document, and who and why."""

    conflict = models.UUIDField()
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    claim = models.UUIDField()
    document = models.ForeignKey(
        "rights.Document", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    request = models.UUIDField()
    decided_by = models.UUIDField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "conflict"], name="adjudicated_once"),
        ]

    def __str__(self) -> str:
        return f"adjudication of {self.conflict}"
