"""A job seen through to its end by whoever asked for it: commands do, pages don't."""

import time
from typing import Any
from uuid import UUID

from django.utils import timezone

from foundation.jobs import services, worker
from foundation.models.jobs import DONE, Job
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

_LOOK_AGAIN_SECONDS = 0.2


class JobFailed(DomainError):
    """A job that ended without its result; its problem document is the job's own."""

    code = "job_failed"

    def __init__(self, job: Job) -> None:
        said = job.error or {}
        super().__init__(said.get("detail") or f"The job {job.kind} was {job.state}.")
        self.job = job

    def problem(self) -> dict[str, Any]:
        """Return what the job left, or that it was cancelled."""
        return {**super().problem(), **(self.job.error or {"state": self.job.state})}


def finish(org_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Do a job here, or wait for the worker that has it; return its result.

    Call it outside any transaction. An interrupt cancels the job. Raises JobFailed.
    """
    try:
        while not (job := _look(org_id, job_id)).ended:
            if worker.work(org_id, job_id) is None:
                time.sleep(_LOOK_AGAIN_SECONDS)  # another process holds its lease
    except KeyboardInterrupt:
        with tenant_atomic(org_id):
            services.cancel(job_id=job_id, at=timezone.now())
        raise
    if job.state != DONE:
        raise JobFailed(job)
    return job.result or {}


def _look(org_id: UUID, job_id: UUID) -> Job:
    with tenant_atomic(org_id):
        return Job.objects.get(id=job_id)
