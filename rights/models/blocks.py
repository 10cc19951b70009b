"""What limits a claim, and the documents that claims rest on."""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from foundation.models import TenantModel
from foundation.models.known import KnownQuerySet, live_index, superseded_later
from territories.fields import SpanSetField


class Document(TenantModel):
    """A link of the chain of title: a contract, an assignment, a judgment. ``claim`` None: the
    work's own."""

    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    claim = models.UUIDField(null=True)
    label = models.CharField(max_length=200)
    dated = models.DateField(null=True)
    parties = models.CharField(max_length=500, default="", blank=True)
    file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects: ClassVar = KnownQuerySet.as_manager()

    class Meta:
        constraints = [superseded_later("document")]
        indexes = [live_index("document_live_by_work", "work", "id")]

    def __str__(self) -> str:
        return self.label


class Restriction(TenantModel):
    """What a claim doesn't allow, in part of what it covers. ``claim`` None: whoever holds it.

    ``blocked``: not to be used there. ``explicit``: explicit content, which the territories'
    own rules decide about.
    """

    class Kind(models.TextChoices):
        """What is restricted."""

        BLOCKED = "blocked", "Not to be used there"
        EXPLICIT = "explicit", "Explicit content"

    origin = models.UUIDField()
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    claim = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rights = SpanSetField()
    right_words = models.CharField(max_length=500)
    span = SpanSetField()
    territory = models.TextField()
    window = DateRangeField()
    detail = models.CharField(max_length=500, default="", blank=True)
    clause = models.CharField(max_length=100, default="", blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects: ClassVar = KnownQuerySet.as_manager()

    class Meta:
        constraints = [superseded_later("restriction")]
        indexes = [
            live_index("restriction_live_by_work", "work", "id"),
            models.Index(fields=["org_id", "origin"], name="restriction_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.territory}"
