"""Jobs: work that takes time; how far it is, and the way to stop it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts import permissions
from accounts.api.base import ApiView
from accounts.models import ServiceAccount
from accounts.selectors import access
from accounts.selectors import jobs as questions
from accounts.services import jobs
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from foundation.models import Job
from foundation.models.jobs import ENDED, QUEUED, RUNNING

STATE = schema.one_of([QUEUED, RUNNING, *ENDED])
JOB = schema.record(
    "Job",
    {
        "id": schema.UUID,
        "kind": schema.text(100),
        "state": STATE,
        "phase": schema.text(100),
        "done": schema.COUNT,
        "total": schema.maybe(schema.COUNT),
        "attempt": schema.COUNT,
        "result": schema.maybe(schema.ANYTHING),
        "error": schema.maybe(schema.ANYTHING),
        "created_at": schema.MOMENT,
        "started_at": schema.maybe(schema.MOMENT),
        "ended_at": schema.maybe(schema.MOMENT),
    },
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0c",
        "kind": "royalties.run",
        "state": "done",
        "phase": "",
        "done": 12,
        "total": 12,
        "attempt": 1,
        "result": {"run": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0d", "state": "calculated"},
        "error": None,
        "created_at": "2026-04-10T09:30:00Z",
        "started_at": "2026-04-10T09:30:01Z",
        "ended_at": "2026-04-10T09:30:04Z",
    },
)
LISTING = Listing(
    sorts={"created_at": "created_at"},
    start="-created_at",
    page="jobs",
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("kind", schema.text(100, least=1), lambda value: Q(kind=value)),
    ),
)


def shown(job: Job) -> dict[str, Any]:
    """Return a job as the API tells it."""
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": job.state,
        "phase": job.phase,
        "done": job.done,
        "total": job.total,
        "attempt": job.attempt,
        "result": job.result,
        "error": job.error,
        "created_at": written.moment(job.created_at),
        "started_at": written.moment(job.started_at),
        "ended_at": written.moment(job.ended_at),
    }


def _listed(rows: Sequence[Job]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class JobView(ApiView):
    """What is within reach: one's own jobs, those of kinds one looks after, or all."""

    group = "Jobs"
    signed_in = True

    @property
    def reach(self) -> QuerySet[Job]:
        """The jobs that this caller may see."""
        actor = self.actor
        if isinstance(actor, ServiceAccount):
            return questions.visible(actor, actor.scopes)
        return questions.visible(actor, access.codes_of(actor.pk))

    def job(self, pk: UUID) -> Job:
        """Return the one within reach."""
        found = self.reach.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class Jobs(JobView):
    """The list of jobs."""

    @operation("List jobs", gives=schema.page_of(JOB), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.reach, _listed)


class OneJob(JobView):
    """One job."""

    @operation("Read a job: ask again until its state is final", gives=JOB, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.job(pk))


class Cancel(JobView):
    """Stop a job: its owner may, and who looks after all jobs."""

    @operation("Stop a job: a waiting one at once, a running one at its next step", gives=JOB)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Stop it."""
        job = self.job(pk)
        if job.actor_id != self.actor.pk:
            self.need(permissions.JOBS_SEE)
        return shown(jobs.cancel(job_id=job.pk, by=self.actor, at=timezone.now()))
