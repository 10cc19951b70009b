"""The job that looks once more for the works of everything that waits."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from audit.actors import Actor
from foundation import jobs
from royalties.services import exceptions

if TYPE_CHECKING:
    from foundation.models import Job

KIND = "royalties.match.again"


def ask(*, by: Actor, at: datetime) -> "Job":
    """Ask for the job; one at a time."""
    return jobs.enqueue(KIND, {}, actor=by, dedupe=KIND, at=at)


def latest() -> "Job | None":
    """Return the newest such job."""
    return jobs.latest(KIND, KIND)


def do(context: jobs.JobContext, *, at: datetime) -> dict[str, Any]:
    """Do it: all that is found is taken in one transaction."""
    with context.transaction():
        found = exceptions.match_again(by=context, at=at)
        context.checkpoint({"found": found}, found, found, phase="matched")
    return {"found": found}
