"""Deeds on jobs: ask for one, cancel one, and pick up those whose worker died."""

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from foundation import tenancy
from foundation.jobs import registry
from foundation.models.jobs import CANCELLED, FAILED, QUEUED, RUNNING, Job
from kernel.errors import DomainError

log = structlog.get_logger(__name__)
WAKE_AGAIN = timedelta(seconds=15)


class Actor(Protocol):
    """Whoever acts: a person, a service account, the system or a command."""

    @property
    def actor_id(self) -> UUID:
        """The identifier that events keep."""
        ...

    @property
    def actor_kind(self) -> str:
        """person, client, system or command."""
        ...


class UnknownJob(DomainError):
    """No job of this organisation has this id."""

    code = "unknown_job"
    status = 404


class AlreadyEnded(DomainError):
    """A job that has ended can't be cancelled."""

    code = "job_already_ended"


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    actor: Actor,
    dedupe: str | None = None,
    at: datetime | None = None,
) -> Job:
    """Ask for a job of ``kind`` in the open transaction; a worker is woken when it commits.

    With ``dedupe``, an open job of the same kind and key is returned instead of a second one.
    ``payload`` is JSON-ready and holds ids, never names or secrets.
    """
    now = at or timezone.now()
    job = Job(
        kind=kind,
        payload=payload,
        dedupe=dedupe or "",
        actor_id=actor.actor_id,
        actor_kind=actor.actor_kind,
        run_after=now,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        found = Job.objects.open().filter(kind=kind, dedupe=dedupe or "").first()
        if not dedupe or found is None:
            raise
        return found
    transaction.on_commit(lambda: wake(job.org_id, job.id))
    return job


def latest(kind: str, dedupe: str) -> Job | None:
    """Return the newest job of a kind that was asked for under this key."""
    return Job.objects.filter(kind=kind, dedupe=dedupe).order_by("-created_at", "-id").first()


def cancel(*, job_id: UUID, at: datetime) -> Job:
    """End a waiting job; ask a running one to stop at its next checkpoint. Raises AlreadyEnded."""
    waiting = Job.objects.filter(id=job_id, state=QUEUED)
    if not waiting.update(state=CANCELLED, cancel_asked_at=at, ended_at=at, updated_at=at):
        running = Job.objects.filter(id=job_id, state=RUNNING)
        asked = running.update(cancel_asked_at=at, updated_at=at)
        job = Job.objects.filter(id=job_id).first()
        if job is None:
            raise UnknownJob("There is no such job. It may belong to another organisation.")
        if not asked:
            raise AlreadyEnded(f"The job is {job.state} already; there is nothing to cancel.")
    return Job.objects.get(id=job_id)


def claim(job_id: UUID, *, now: datetime, lease: timedelta) -> tuple[Job, UUID] | None:
    """Take the lease of a job; None when it isn't waiting or another worker holds it."""
    token = uuid4()
    if not Job.objects.claim(job_id, token=token, now=now, until=now + lease):
        return None
    return Job.objects.get(id=job_id), token


def end(job_id: UUID, token: UUID, *, state: str, at: datetime, **outcome: Any) -> bool:
    """Write the final state of a job that ``token`` still holds; tell whether it did."""
    ended = Job.objects.held(job_id, token).update(
        state=state, ended_at=at, updated_at=at, lease_token=None, lease_until=None, **outcome
    )
    return bool(ended)


def put_back(
    job_id: UUID,
    token: UUID,
    *,
    at: datetime,
    seconds: int,
    counted: bool,
    log: list[list[str]],
) -> bool:
    """Put a held job back into the queue for later; ``counted`` keeps the attempt as used."""
    back = Job.objects.held(job_id, token).update(
        state=QUEUED,
        run_after=at + timedelta(seconds=seconds),
        updated_at=at,
        lease_token=None,
        lease_until=None,
        attempt=F("attempt") - (0 if counted else 1),
        log=log,
    )
    return bool(back)


def sweep(*, at: datetime) -> int:
    """Requeue or end the jobs whose lease ran out, in every organisation; return how many woke.

    Wakes again what has waited for a worker for a while: its message may be lost.
    """
    woken = 0
    for org_id in import_string(settings.TENANTS)():
        with tenancy.tenant_atomic(org_id):
            due = _requeue(at)
        for job_id in due:
            wake(org_id, job_id)
        woken += len(due)
    return woken


def _requeue(at: datetime) -> list[UUID]:
    """Settle the expired leases of one organisation; return the jobs to wake."""
    expired = Job.objects.filter(state=RUNNING, lease_until__lt=at)
    free = {"lease_token": None, "lease_until": None, "updated_at": at}
    expired.filter(cancel_asked_at__isnull=False).update(state=CANCELLED, ended_at=at, **free)
    for kind, attempts in ((name, registry.attempts_of(name)) for name in _kinds_of(expired)):
        expired.filter(kind=kind, attempt__gte=attempts).update(
            state=FAILED,
            ended_at=at,
            error={
                "code": "worker_lost",
                "detail": f"The worker was lost {attempts} times over this job. Start it again; "
                "if it happens again, ask operations for the log.",
            },
            **free,
        )
    expired.update(state=QUEUED, run_after=at, **free)
    due = Q(run_after__lte=at) & (Q(updated_at=at) | Q(updated_at__lt=at - WAKE_AGAIN))
    return list(Job.objects.filter(due, state=QUEUED).values_list("id", flat=True))


def _kinds_of(expired: Any) -> list[str]:
    return list(expired.values_list("kind", flat=True).distinct())


def wake(org_id: UUID, job_id: UUID) -> None:
    """Tell a worker about a job; without a broker the sweeper tells it later."""
    from foundation.tasks import work_job

    try:
        work_job.apply_async(args=(str(org_id), str(job_id)), retry=False)
    except (OperationalError, ConnectionError) as trouble:
        log.warning("job.wake_failed", job=str(job_id), error=type(trouble).__name__)
