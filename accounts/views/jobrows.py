"""What became of each row of a deed that a job does."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse

from accounts import longjobs
from accounts.models import ChosenRow
from accounts.services import rowdeeds
from accounts.views.jobs import JobPage
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Table

STATES = {"waiting": ("Not done", "plain"), "done": ("Done", "success"),
          "refused": ("Refused", "warning")}  # fmt: skip


class ChosenRows(Table):
    """A job's rows in the order that they were done in."""

    caption = "Rows"
    noun = ("row", "rows")
    start = "place"
    columns = (
        Column("row", "Row", lambda row: row.name, link=lambda row: row.address),
        Column("state", "Outcome", lambda row: STATES[row.state], kind="badge", sort="state"),
        Column("why", "Why", "why"),
        Column("place", "Place", lambda row: row.position + 1, kind="number", sort="position"),
        Column("key", "Key", "subject", hidden=True),
    )
    fields = ("state", "why", "position", "subject")
    search = ("why",)
    filters = (Choice("state", "Outcome", ChosenRow.State.choices, lambda value: Q(state=value)),)
    nothing = ("No rows", "No row was chosen for this job.")
    deed: rowdeeds.RowDeed

    def complete(self, rows: Any) -> None:
        """Name them; one that isn't there any more goes by its key."""
        known = self.deed.named([row.subject for row in rows])
        for row in rows:
            found = known.get(row.subject) or rowdeeds.Named(str(row.subject), "")
            row.name, row.address = found


class Rows(JobPage):
    """The rows of one job, done, refused with why, or not done."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """List them."""
        job = self.job(pk)
        if rowdeeds.outcome(job, at=job.created_at) is None or not self.opens(job):
            raise Http404
        table = ChosenRows(ChosenRow.objects.filter(job=job), request)
        table.deed = rowdeeds.of(job.kind)
        context = {"table": table, "job": job, "label": longjobs.of(job.kind).label}
        return fragments.page(request, "accounts/job_rows.html", context, block="list")
