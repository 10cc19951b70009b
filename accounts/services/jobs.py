"""Deeds of people on jobs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation import jobs
from foundation.models import Job
from foundation.models.keysets import among

CANCELLING = "accounts.jobs_cancelling"  # by a job, row by row


@transaction.atomic
def cancel(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """End a waiting job, or ask a running one to stop at its next step. Raises AlreadyEnded."""
    job = jobs.cancel(job_id=job_id, at=at)
    events.record("accounts.job.cancelled", subject=job, actor=by, at=at, after={"kind": job.kind})
    return job


@transaction.atomic
def cancel_all(*, job_ids: Sequence[UUID], by: Actor, at: datetime) -> int:
    """Cancel those of the jobs that haven't ended; return how many."""
    waiting = Job.objects.open().filter(pk__in=among(job_ids)).order_by("pk")
    found = list(waiting.values_list("pk", flat=True))
    for job_id in found:
        cancel(job_id=job_id, by=by, at=at)
    return len(found)
