"""A worker's side of a job: claim, do, and bring it to a final state whatever happens."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from foundation.jobs import registry, services
from foundation.jobs.context import Cancelled, JobContext, LeaseLost, TryLater
from foundation.models.jobs import CANCELLED, DONE, FAILED, Job
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

log = structlog.get_logger(__name__)
PASSING = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
MISHAP = {
    "code": "unexpected",
    "detail": "Something went wrong on our side and is in the log. Start it again; what was done "
    "so far is kept.",
}

ENDINGS = {DONE: "Done", FAILED: "Failed", CANCELLED: "Cancelled"}


def work(org_id: UUID, job_id: UUID) -> str | None:
    """Do one job and return the state it is left in; None when it isn't this worker's to do.

    Passing troubles (database, network) and a refused lock put it back into the queue; a domain
    error or a mistake of ours ends it as failed.
    """
    with tenant_atomic(org_id):
        named = Job.objects.filter(id=job_id).values_list("kind", flat=True).first()
    if named is None:
        return None
    try:
        kind = registry.find(named)
    except registry.UnknownKind as unknown:
        log.error("job.unknown_kind", kind=named, job=str(job_id))
        return _claim_and_fail(org_id, job_id, unknown.problem())
    with tenant_atomic(org_id):
        lease = timedelta(seconds=kind.lease_seconds)
        claimed = services.claim(job_id, now=timezone.now(), lease=lease)
    if claimed is None:
        return None
    job, token = claimed
    context = JobContext(job, token, kind.lease_seconds)
    context.note("Begun" if job.attempt == 1 else f"Taken up again, attempt {job.attempt}")
    if job.attempt > kind.attempts:
        return _end(context, FAILED, error=MISHAP)
    if job.cancel_asked_at is not None:
        return _end(context, CANCELLED)
    return _attempt(kind, context)


def _attempt(kind: registry.Kind, context: JobContext) -> str | None:
    try:
        result = kind.work(context)
    except Cancelled:
        return _end(context, CANCELLED)
    except LeaseLost:
        log.warning("job.lease_lost", kind=kind.name, job=str(context.job_id))
        return None
    except TryLater as later:
        return _put_back(context, later.seconds, counted=False)
    except DomainError as refusal:
        return _end(context, FAILED, error=refusal.problem())
    except PASSING as trouble:
        log.warning("job.trouble", kind=kind.name, job=str(context.job_id), exc_info=trouble)
        if context.attempt >= kind.attempts:
            return _end(context, FAILED, error=MISHAP)
        return _put_back(context, min(2**context.attempt, 60), counted=True)
    except Exception:
        log.exception("job.failed", kind=kind.name, job=str(context.job_id))
        return _end(context, FAILED, error=MISHAP)
    return _end(context, DONE, result=result)


def _end(context: JobContext, state: str, **outcome: Any) -> str | None:
    context.note(ENDINGS[state])
    outcome["log"] = context.log
    with context.transaction():
        held = services.end(
            context.job_id, context.token, state=state, at=timezone.now(), **outcome
        )
    return state if held else None


def _put_back(context: JobContext, seconds: int, *, counted: bool) -> str | None:
    context.note(f"Put back for {seconds} s: something it needs isn't free")
    with context.transaction():
        back = services.put_back(
            context.job_id,
            context.token,
            at=timezone.now(),
            seconds=seconds,
            counted=counted,
            log=context.log,
        )
    return "queued" if back else None


def _claim_and_fail(org_id: UUID, job_id: UUID, problem: dict[str, Any]) -> str | None:
    now = timezone.now()
    with tenant_atomic(org_id):
        claimed = services.claim(job_id, now=now, lease=timedelta(seconds=60))
        if claimed is None:
            return None
        services.end(job_id, claimed[1], state=FAILED, at=now, error=problem)
    return FAILED
