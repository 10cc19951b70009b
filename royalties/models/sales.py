"""Sales as they came in: files, immutable blocks of lines, and which work each line is."""

from typing import Self

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class SalesFile(TenantModel):
    """One accepted file. Its content's hash and a row's number are a line's only name.

    ``first_day`` to ``end_day`` (not included) is the accounting period it reports.
    """

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    profile = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    first_day = models.DateField()
    end_day = models.DateField()
    lines = models.BigIntegerField()
    totals = models.JSONField(default=list)
    accepted_at = models.DateTimeField()
    accepted_by = models.UUIDField()
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "sha256"],
                condition=Q(reversed_at=None),
                name="sales_file_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(end_day__gt=models.F("first_day")), name="sales_file_has_days"
            ),
        ]
        indexes = [models.Index(fields=["org_id", "end_day"], name="sales_file_by_day")]

    def __str__(self) -> str:
        return self.name


class SalesBlock(TenantModel):
    """Consecutive lines of a file as Parquet columns; ``_key`` points to the file's match keys."""

    file = models.ForeignKey(
        SalesFile, models.PROTECT, db_constraint=False, db_index=False, related_name="blocks"
    )
    number = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lines__gt=0), name="sales_block_isnt_empty")
        ]

    def __str__(self) -> str:
        return f"block {self.number}"


class MatchRule(TenantModel):
    """A decision kept: lines with this fingerprint are this work, from then on, until reversed."""

    name = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=32)
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "fingerprint"],
                condition=Q(reversed_at=None),
                name="match_rule_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MatchKeyQuerySet(models.QuerySet["MatchKey"]):
    """Keys by where they stand."""

    def open(self) -> Self:
        """Those that wait for a person."""
        return self.filter(work=None)

    def live(self) -> Self:
        """Those of files that weren't taken back."""
        return self.filter(file__reversed_at=None)


class MatchKey(TenantModel):
    """One distinct way in which a file names a work; its lines share one decision.

    ``how``: identifier, title, rule, or nothing while it is open. ``counts_on`` is the day whose
    accounting period takes its lines.
    """

    file = models.ForeignKey(
        SalesFile, models.PROTECT, db_constraint=False, db_index=False, related_name="keys"
    )
    number = models.PositiveIntegerField()
    isrc = models.TextField(default="", blank=True)
    iswc = models.TextField(default="", blank=True)
    upc = models.TextField(default="", blank=True)
    own = models.TextField(default="", blank=True)
    title = models.TextField(default="", blank=True)
    artist = models.TextField(default="", blank=True)
    fingerprint = models.CharField(max_length=32)
    lines = models.BigIntegerField()
    amounts = models.JSONField(default=dict)
    work = models.ForeignKey(
        "catalog.Work",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    how = models.CharField(max_length=12, default="", blank=True)
    doubt = models.CharField(max_length=200, default="", blank=True)
    counts_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = MatchKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "file", "number"], name="match_key_number"),
            models.CheckConstraint(
                condition=Q(work=None, counts_on=None, how="")
                | Q(work__isnull=False, counts_on__isnull=False) & ~Q(how=""),
                name="match_key_decided_or_open",
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "fingerprint"], name="match_key_fingerprint"),
            models.Index(
                fields=["org_id", "fingerprint", "file"],
                name="match_key_open",
                condition=Q(work=None),
            ),
            models.Index(fields=["org_id", "counts_on"], name="match_key_counts_on"),
            models.Index(
                fields=["org_id", "work"], name="match_key_work", condition=Q(work__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.isrc or self.own or self.fingerprint


class Rematch(TenantModel):
    """Lines already posted for one work move: out of it with -1, into another with +1."""

    key = models.ForeignKey(
        MatchKey, models.PROTECT, db_constraint=False, db_index=False, related_name="rematches"
    )
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    sign = models.SmallIntegerField()
    counts_on = models.DateField()
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sign__in=(-1, 1)), name="rematch_out_or_in")
        ]
        indexes = [models.Index(fields=["org_id", "counts_on"], name="rematch_counts_on")]

    def __str__(self) -> str:
        return f"{self.sign:+d} {self.work_id}"


class SalesException(TenantModel):
    """What waits for a person: the open keys of one fingerprint, with the money at stake.

    One row for each fingerprint and currency, kept in step with its keys by ``services.matching``.
    """

    fingerprint = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    title = models.TextField(default="", blank=True)
    artist = models.TextField(default="", blank=True)
    identifiers = models.JSONField(default=dict)
    doubt = models.CharField(max_length=200, default="", blank=True)
    keys = models.PositiveIntegerField()
    lines = models.BigIntegerField()
    amount = models.DecimalField(max_digits=38, decimal_places=15)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "fingerprint", "currency"], name="sales_exception_once"
            )
        ]
        indexes = [models.Index(fields=["org_id", "-amount", "id"], name="sales_exception_money")]

    def __str__(self) -> str:
        return self.title or self.fingerprint
