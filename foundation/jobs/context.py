"""What the function of a job gets in hand: its payload, its cursor, its lease."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from foundation.models.jobs import Job
from foundation.tenancy import tenant_atomic

LOG_LINES = 50


class Cancelled(Exception):
    """Someone asked to cancel: what the checkpoint was to commit is rolled back."""


class LeaseLost(Exception):
    """Another worker took the job over; nothing of this one's open transaction may stay."""


class TryLater(Exception):
    """Something else holds what the job needs: it goes back to the queue and loses no attempt."""

    def __init__(self, seconds: int = 5) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class JobContext:
    """One attempt at one job. Amounts of work are the kind's own units (rows, shards, pages)."""

    def __init__(self, job: Job, token: UUID, lease_seconds: int) -> None:
        self.job_id = job.id
        self.org_id = job.org_id
        self.kind = job.kind
        self.payload: dict[str, Any] = job.payload
        self.cursor: Any = job.cursor
        self.attempt = job.attempt
        self.actor_id = job.actor_id
        self.actor_kind = job.actor_kind
        self.token = token
        self.lease = timedelta(seconds=lease_seconds)
        self.phase = job.phase
        self.log: list[list[str]] = list(job.log)

    def transaction(self) -> AbstractContextManager[None]:
        """Open a transaction of the job's organisation."""
        return tenant_atomic(self.org_id)

    def note(self, text: str) -> None:
        """Add a line to the job's log: kept with the next checkpoint, the last fifty alone.

        People read it: it holds counts and phases, never names or secrets.
        """
        line = [timezone.now().isoformat(timespec="seconds"), text[:200]]
        self.log = [*self.log, line][-LOG_LINES:]

    def checkpoint(
        self, cursor: Any, done: int, total: int | None = None, phase: str | None = None
    ) -> None:
        """Keep how far the job is and renew its lease, in the transaction that is open.

        Call it last in the transaction that writes the results up to ``cursor``: both commit
        together. Raises Cancelled or LeaseLost, which roll that transaction back.
        """
        now = timezone.now()
        change: dict[str, Any] = {"cursor": cursor, "done": done, "updated_at": now}
        change["lease_until"] = now + self.lease
        if total is not None:
            change["total"] = total
        if phase is not None:
            change["phase"] = phase
            if phase != self.phase:
                self.note(phase)
                self.phase = phase
        change["log"] = self.log
        with self.transaction():
            held = Job.objects.held(self.job_id, self.token)
            if not held.update(**change):
                raise LeaseLost(f"job {self.job_id}")
            if held.filter(cancel_asked_at__isnull=False).exists():
                raise Cancelled(f"job {self.job_id}")
        self.cursor = cursor
