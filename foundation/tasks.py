"""Small tasks of the foundation, and the base of tasks that work for one organisation."""

from typing import Any
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone

from foundation import health, idempotency, jobs, storage
from foundation.database import partitions
from foundation.enters import Enters
from foundation.tenancy import tenant_atomic


class TenantTask(Task):
    """A task called with ``org_id=``: it runs in one transaction of that organisation."""

    abstract = True
    enters = Enters.ONE
    typing = False  # ``org_id`` is ours: the function does not name it

    def __call__(self, *args: Any, org_id: str, **kwargs: Any) -> Any:
        """Run inside the wall."""
        with tenant_atomic(UUID(org_id)):
            return super().__call__(*args, **kwargs)


@shared_task(enters=Enters.NONE)
def pulse() -> None:
    """Show that beat sends and a worker works: both were alive a moment ago."""
    health.pulse("worker")
    health.pulse("beat")


@shared_task(enters=Enters.ONE)
def work_job(org_id: str, job_id: str) -> None:
    """Do one job, unless another worker does."""
    jobs.work(UUID(org_id), UUID(job_id))


@shared_task(enters=Enters.EACH)
def sweep_jobs() -> None:
    """Pick up the jobs whose worker died or whose message was lost."""
    jobs.sweep(at=timezone.now())


@shared_task(enters=Enters.EACH)
def forget_answers() -> None:
    """Remove the idempotency answers whose 30 days are over."""
    idempotency.forget(at=timezone.now())


@shared_task(enters=Enters.EACH)
def destroy_files() -> None:
    """Destroy the stored files whose retention is over."""
    storage.destroy_expired(at=timezone.now())


@shared_task(enters=Enters.NONE)
def make_partitions() -> None:
    """Make the big tables' partitions of the coming months."""
    partitions.make_ahead()
