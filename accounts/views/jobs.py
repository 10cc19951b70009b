"""Jobs: the list, one as it goes on, its files, and the way to stop it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts import longjobs
from accounts.selectors import access, people
from accounts.selectors import jobs as questions
from accounts.services import jobs, rowdeeds
from accounts.views.base import Page
from accounts.views.bulk import BulkDeed
from foundation.jobs import AlreadyEnded
from foundation.models import Job
from foundation.models.jobs import ENDED
from foundation.pages import fragments, waiting
from foundation.pages.selection import Selection
from foundation.pages.tables import Choice, Column, Days, Deed, Table
from foundation.storage import responses

STATES = {
    "queued": ("Waits for a worker", "plain"),
    "running": ("Running", "info"),
    "done": ("Done", "success"),
    "failed": ("Failed", "error"),
    "cancelled": ("Cancelled", "warning"),
}
STOP = 286  # tells htmx to stop looking


class Jobs(Table):
    """Jobs, the newest first."""

    caption = "Jobs"
    noun = ("job", "jobs")
    start = "-asked"
    columns = (
        Column("kind", "What", lambda row: longjobs.of(row.kind).label, sort="kind", link="job"),
        Column("state", "State", lambda row: STATES[row.state], kind="badge", sort="state"),
        Column("done", "Done", "done", kind="number"),
        Column("total", "Of", "total", kind="number"),
        Column("by", "Asked by", lambda row: row.owner),
        Column("asked", "Asked", "created_at", kind="moment", sort="created_at"),
        Column("ended", "Ended", "ended_at", kind="moment", sort="ended_at"),
        Column("attempt", "Attempts", "attempt", kind="number", hidden=True),
    )
    fields = (
        "kind",
        "state",
        "done",
        "total",
        "actor_id",
        "actor_kind",
        "created_at",
        "ended_at",
        "attempt",
    )
    bulk = (Deed("Cancel…", "jobs_cancel"),)
    search = ("kind",)
    search_label = "Search what, who asked or id"
    filters = (
        Choice(
            "state",
            "State",
            [(state, words) for state, (words, _) in STATES.items()],
            lambda value: Q(state=value),
        ),
        Days("asked", "Asked", "created_at", moments=True),
    )
    nothing = (
        "No jobs yet",
        "Work that takes more than a moment, such as a long file, shows here.",
    )

    def finds(self, query: str) -> Q:
        """Find by id, by what it is called or who asked for it."""
        return questions.finds(query)

    def complete(self, rows: Any) -> None:
        """Name who asked."""
        names = people.names_of(row.actor_id for row in rows)
        for row in rows:
            row.owner = names.get(row.actor_id) or row.actor_kind.capitalize()


class JobPage(Page):
    """A page of one job; who may not see it finds none."""

    signed_in = True

    @property
    def codes(self) -> frozenset[str]:
        """What the person may do."""
        return access.codes_of(self.person.pk)

    def job(self, pk: UUID) -> Job:
        """Return the job within reach."""
        found = questions.visible(self.person, self.codes).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def opens(self, job: Job) -> bool:
        """Return whether what the job made, or did row by row, is for this person."""
        return questions.may_open(self.person, self.codes, job)

    def files(self, job: Job) -> list[longjobs.ResultFile]:
        """Return the job's files, where they are for this person."""
        if not self.opens(job):
            return []
        return longjobs.of(job.kind).files(job)


class List(JobPage):
    """One's own jobs; everybody's for who looks after them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Jobs(questions.visible(self.person, self.codes), request)
        return fragments.page(request, "accounts/jobs.html", {"table": table}, block="list")


class One(JobPage):
    """One job: how far it is, how fast, what it said, what it made."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it; the part that changes asks for itself until the job has ended."""
        job, now = self.job(pk), timezone.now()
        look, files = longjobs.of(job.kind), self.files(job)
        kept = questions.kept([file.id for file in files])
        tens = job.done * 10 // job.total if job.total else 0
        context = {
            "job": job,
            "label": look.label,
            "link": look.link(job),
            "state": STATES[job.state],
            "owner": people.name_of(job.actor_id) or job.actor_kind.capitalize(),
            "pace": questions.pace(job, at=now),
            "files": [(file, kept.get(file.id)) for file in files],
            "tens": tens,
            "said": job.ended or tens != waiting.number(request, "tens"),
            "mine": job.actor_id == self.person.pk,
            "rows": rowdeeds.outcome(job, at=now) if self.opens(job) else None,
            **({} if fragments.wanted(request) else self.happened(job)),
        }
        ended = job.ended and fragments.wanted(request)
        return fragments.page(
            request, "accounts/job.html", context, block="state", status=STOP if ended else 200
        )


class Cancel(JobPage):
    """Stop a job: a waiting one at once, a running one at its next step."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Stop it."""
        try:
            job = jobs.cancel(job_id=self.job(pk).pk, by=self.person, at=timezone.now())
        except AlreadyEnded as error:
            messages.error(request, error.detail)
            return redirect("job", pk=pk)
        said = "Cancelled." if job.ended else "It stops at its next step."
        messages.success(request, said)
        return redirect("job", pk=pk)


class CancelMany(BulkDeed):
    """Stop jobs that are chosen from the list: it shows those alone that the person may stop."""

    signed_in = True
    title = "Cancel jobs"
    row_deed = jobs.CANCELLING
    button = "Cancel them"
    danger = True

    def consequences(self, table: Table, chosen: Selection) -> list[str]:
        """Say what stops and what stays."""
        ended = table.matching.filter(state__in=ENDED).order_by().count()
        return [
            "Waiting jobs end at once, running ones at their next step. What they did stays.",
            *([f"{ended:,} of them have ended already and stay as they are."] if ended else []),
        ]

    def do(self, table: Table, chosen: Selection) -> str:
        """Cancel those that haven't ended."""
        keys = list(table.matching.order_by().values_list("pk", flat=True))
        count = jobs.cancel_all(job_ids=keys, by=self.person, at=timezone.now())
        return f"Cancelled: {count}."


class File(JobPage):
    """A file that a job made; whether it is for this person is asked again."""

    def get(self, request: HttpRequest, pk: UUID, file: UUID) -> HttpResponseBase:
        """Return it. Raises FileDestroyed when its week is over."""
        job = self.job(pk)
        named = {each.id: each for each in self.files(job)}
        if file not in named or not longjobs.of(job.kind).opens(request, job):
            raise Http404
        stored = questions.stored(file)
        if stored is None:
            raise Http404
        return responses.sent(stored, name=named[file].name)
