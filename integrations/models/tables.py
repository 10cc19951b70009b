"""One table of works, holders, claims or rates on its way in."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class TableImport(TenantModel):
    """A file of one target's rows, what each would do, and how far it has come.

    ``plan_file`` holds, sealed, the rows that are new or change something, with what was
    there; ``keys`` what it made or changed (of claims: their works), once it is taken.
    """

    class State(models.TextChoices):
        """How far it has come."""

        MAPPED = "mapped", "to be checked"
        CHECKED = "checked", "to be taken"
        TAKEN = "taken", "taken"
        REVERSED = "reversed", "taken back"

    target = models.CharField(max_length=20)
    file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    plan_file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    choices = models.JSONField(default=dict)
    detection = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    keys = ArrayField(models.UUIDField(), default=list)
    job_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    begun_by = models.UUIDField()
    taken_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["mapped", "checked", "taken", "reversed"]),
                name="table_import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_at__isnull=False),
                name="table_import_taken_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "-begun_at"], name="table_import_latest")]

    def __str__(self) -> str:
        return self.file_name

    def counted(self) -> dict[str, Any]:
        """Return its figures: rows by what they do."""
        return {"rows": 0, "new": 0, "changed": 0, "same": 0, "wrong": 0, **self.figures}
