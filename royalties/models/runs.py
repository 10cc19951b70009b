"""Runs: one calculation of one period over all deals, and its results."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel
from royalties.models.deals import Deal, DealVersion


class Run(TenantModel):
    """One calculation of a period. Posted runs never change; unposted ones give way to the next.

    ``reviewed_*``: somebody looked at its results, with a note; ``approved_*``: the approval of a
    second person. Both are of these results: a run that is calculated anew begins without them.
    """

    class State(models.TextChoices):
        """How far it is."""

        CALCULATING = "calculating", "calculating"
        CALCULATED = "calculated", "calculated"
        POSTED = "posted", "posted"
        FAILED = "failed", "failed"
        SUPERSEDED = "superseded", "superseded"

    period = models.CharField(max_length=10)
    first_day = models.DateField()
    end_day = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices)
    deals = models.PositiveIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    inputs_hash = models.CharField(max_length=64, default="", blank=True)
    results_hash = models.CharField(max_length=64, default="", blank=True)
    uncovered = models.JSONField(default=list)
    problem = models.JSONField(null=True)
    begun_at = models.DateTimeField()
    begun_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    review_note = models.CharField(max_length=1000, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by_request = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "first_day", "end_day"],
                condition=Q(state="posted"),
                name="run_posted_once",
            ),
            models.UniqueConstraint(
                fields=["org_id"],
                condition=Q(state__in=("calculating", "calculated", "failed")),
                name="run_one_unposted",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", posted_at__isnull=False)
                | (~Q(state="posted") & Q(posted_at=None)),
                name="run_posted_at",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, review_note="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="run_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by_request=None)
                | Q(
                    approved_at__isnull=False,
                    approved_by_request__isnull=False,
                    reviewed_at__isnull=False,
                ),
                name="run_approved_once_reviewed",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "-end_day"], name="run_by_day")]

    def __str__(self) -> str:
        return f"{self.period} {self.state}"


class RunResult(TenantModel):
    """What one deal came to in one of its periods: the engine's result, frozen with its inputs.

    ``figures`` is the result without its cells; ``cells`` are the statement rows as Parquet.
    ``inputs`` names what the engine was given, so that the same can be given again.
    """

    run = models.ForeignKey(
        Run, models.PROTECT, db_constraint=False, db_index=False, related_name="results"
    )
    deal = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    version = models.ForeignKey(
        DealVersion, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    period = models.CharField(max_length=10)
    first_day = models.DateField()
    end_day = models.DateField()
    lines = models.BigIntegerField()
    opening = models.JSONField()
    figures = models.JSONField()
    closing = models.JSONField()
    working = models.JSONField()
    inputs = models.JSONField()
    cells = models.BinaryField()
    cells_count = models.PositiveIntegerField()
    results_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["org_id", "run", "deal", "period"], name="run_result_of"),
            models.Index(fields=["org_id", "deal", "-end_day"], name="run_result_last"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.period}"
