"""Deeds of people on jobs."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation import jobs
from foundation.models import Job


@transaction.atomic
def cancel(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """End a waiting job, or ask a running one to stop at its next step. Raises AlreadyEnded."""
    job = jobs.cancel(job_id=job_id, at=at)
    events.record("accounts.job.cancelled", subject=job, actor=by, at=at, after={"kind": job.kind})
    return job
