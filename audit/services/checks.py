"""Have an organisation's whole chain checked, by a job whose result is the report."""

from datetime import datetime

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation import jobs
from foundation.models import Job

VERIFY, WHOLE = "audit.verify", "whole"


@transaction.atomic
def ask(*, by: Actor, at: datetime) -> Job:
    """Ask for the check; return its job, or the one that is open already."""
    job = jobs.enqueue(VERIFY, {}, actor=by, dedupe=WHOLE, at=at)
    events.record("audit.check.asked", subject=job, actor=by, at=at)
    return job


def latest() -> Job | None:
    """Return the newest check, or None."""
    return jobs.latest(VERIFY, WHOLE)
