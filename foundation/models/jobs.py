"""Jobs: the truth about work that takes time."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from foundation.models.base import TenantModel

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


class JobQuerySet(models.QuerySet["Job"]):
    """Filters and the compare-and-set changes of one job's state."""

    def claimable(self, now: datetime) -> Self:
        """Return jobs that wait for a worker, or whose worker let the lease run out."""
        waiting = Q(state=QUEUED, run_after__lte=now)
        return self.filter(waiting | Q(state=RUNNING, lease_until__lt=now))

    def claim(self, job_id: UUID, *, token: UUID, now: datetime, until: datetime) -> int:
        """Take the lease of one claimable job; return 1, or 0 when another worker was first."""
        return (
            self.claimable(now)
            .filter(id=job_id)
            .update(
                state=RUNNING,
                attempt=F("attempt") + 1,
                lease_token=token,
                lease_until=until,
                started_at=Coalesce(F("started_at"), models.Value(now)),
                updated_at=now,
            )
        )

    def held(self, job_id: UUID, token: UUID) -> Self:
        """Return the job while ``token`` still holds its lease."""
        return self.filter(id=job_id, state=RUNNING, lease_token=token)

    def open(self) -> Self:
        """Return the jobs that have not ended."""
        return self.filter(state__in=(QUEUED, RUNNING))


class Job(TenantModel):
    """One piece of work: who asked, how far it is, who holds it until when, how it ended."""

    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=200, default="", blank=True)
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default=QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField()
    cursor = models.JSONField(null=True)
    phase = models.CharField(max_length=100, default="", blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    log = models.JSONField(default=list)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["org_id", "run_after"],
                name="job_open",
                condition=Q(state__in=(QUEUED, RUNNING)),
            ),
            models.Index(fields=["org_id", "actor_id", "-created_at"], name="job_of_actor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "kind", "dedupe"],
                name="one_open_job_per_deed",
                condition=Q(state__in=(QUEUED, RUNNING)) & ~Q(dedupe=""),
            ),
            models.CheckConstraint(
                name="job_state_is_known",
                condition=Q(state__in=(QUEUED, RUNNING, DONE, FAILED, CANCELLED)),
            ),
            models.CheckConstraint(
                name="job_runs_under_a_lease",
                condition=Q(state=RUNNING, lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state=RUNNING) & Q(lease_until=None, lease_token=None)),
            ),
            models.CheckConstraint(
                name="job_ends_once",
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def ended(self) -> bool:
        """Whether the job reached a final state."""
        return self.state in ENDED
