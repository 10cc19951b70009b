"""Runs: calculate a period, look at it, review it, have it approved, post it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from accounts.api.changes import ASKED, asked
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation
from royalties.models import Run
from royalties.permissions import RUN_CALCULATE, RUN_POST, RUN_REVIEW, RUN_SEE
from royalties.selectors import runs as questions
from royalties.services import approving, runs

STATE = schema.one_of(Run.State.values)
LINE = {
    "id": schema.UUID,
    "period": schema.text(10),
    "state": STATE,
    "deals": schema.COUNT,
    "lines": schema.COUNT,
    "results_hash": schema.text(64),
    "begun_at": schema.MOMENT,
    "ended_at": schema.maybe(schema.MOMENT),
    "posted_at": schema.maybe(schema.MOMENT),
    "reviewed_at": schema.maybe(schema.MOMENT),
    "approved_at": schema.maybe(schema.MOMENT),
}
_EXAMPLE = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0d",
    "period": "2026-Q1",
    "state": "calculated",
    "deals": 1,
    "lines": 3,
    "results_hash": "0" * 64,
    "begun_at": "2026-04-10T09:30:00Z",
    "ended_at": "2026-04-10T09:30:04Z",
    "posted_at": None,
    "reviewed_at": "2026-04-10T10:02:00Z",
    "approved_at": None,
}
RUN = schema.record("Run", LINE, example=_EXAMPLE)
WHOLE = schema.record(
    "RunInFull",
    {
        **LINE,
        "review_note": {"type": "string"},
        "payable": schema.many(
            schema.record(
                "Payable",
                {
                    "payee": {"type": "string"},
                    "name": {"type": "string"},
                    "currency": schema.CURRENCY,
                    "amount": schema.AMOUNT,
                },
            )
        ),
        "uncovered": schema.many(schema.ANYTHING),
        "untaken": schema.many(schema.ANYTHING),
        "problems": schema.many(schema.ANYTHING),
    },
    example={
        **_EXAMPLE,
        "review_note": "Tide's rise is its new price; nothing else stands out.",
        "payable": [{"payee": "ANA", "name": "Ana Kestrel", "currency": "USD", "amount": "8.00"}],
        "uncovered": [],
        "untaken": [],
        "problems": [],
    },
)
BEGUN = schema.record("BegunRun", {"run": schema.UUID, "job": schema.UUID})
REVIEW = schema.record(
    "RunReview",
    {"note": schema.text(1000, least=1), "results_hash": schema.text(64, least=64)},
    example={"note": "Tide's rise is its new price.", "results_hash": "0" * 64},
)
ASK = schema.record(
    "RunApprovalRequest",
    {"reason": schema.text(500, least=1)},
    example={"reason": "The first quarter, as reviewed"},
)
LISTING = Listing(
    sorts={"period": "end_day", "begun_at": "begun_at"},
    start="-period",
    page="runs",
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("period", schema.PERIOD, lambda value: Q(period=value)),
    ),
)


def shown(run: Run) -> dict[str, Any]:
    """Return a run as a list tells it."""
    return {
        "id": str(run.pk),
        "period": run.period,
        "state": run.state,
        "deals": run.deals,
        "lines": run.lines,
        "results_hash": run.results_hash,
        "begun_at": written.moment(run.begun_at),
        "ended_at": written.moment(run.ended_at),
        "posted_at": written.moment(run.posted_at),
        "reviewed_at": written.moment(run.reviewed_at),
        "approved_at": written.moment(run.approved_at),
    }


def whole(run: Run) -> dict[str, Any]:
    """Return a run in full: whom it pays, and what it couldn't do."""
    return {
        **shown(run),
        "review_note": run.review_note,
        "payable": questions.payable(run),
        "uncovered": run.uncovered,
        "untaken": questions.untaken(run),
        "problems": run.problem or [],
    }


def _listed(rows: Sequence[Run]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class Runs(ApiView):
    """The list of runs."""

    group = "Runs"
    permission = {"GET": RUN_SEE, "POST": RUN_CALCULATE}

    @operation("List runs", gives=schema.page_of(RUN), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(Run.objects.all()), _listed)

    @operation(
        "Calculate a period",
        takes=schema.record("NewRun", {"period": schema.PERIOD}, example={"period": "2026-Q1"}),
        gives=BEGUN,
        status=202,
        description="An unposted run gives way to the new one. Follow the job at Location.",
    )
    def post(self, request: Request) -> Reply:
        """Begin it; a job calculates."""
        run, job = runs.begin(period=self.sent["period"], by=self.actor, at=timezone.now())
        return Reply({"run": str(run.pk), "job": str(job)}, location=place("job", pk=job))


class OneRun(ApiView):
    """One run."""

    group = "Runs"
    permission = RUN_SEE

    @operation("Read a run in full", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return whole(self.one(Run.objects.all(), pk))


class Deed(ApiView):
    """A deed on a run in full: If-Match holds it to what was seen."""

    group = "Runs"
    permission = RUN_SEE

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return the run in full as it is now, locked."""
        return whole(self.one(Run.objects.select_for_update(), pk))


class Review(Deed):
    """Review a calculated run."""

    needs = {"POST": RUN_REVIEW}

    @operation(
        "Note that a run's results were reviewed",
        takes=REVIEW,
        gives=RUN,
        changes=True,
        description="Again takes the new note, until the run is approved.",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Keep the note; `results_hash` names the results that were seen."""
        self.one(Run.objects.all(), pk)
        self.need(RUN_REVIEW)
        done = approving.review(run_id=pk, by=self.actor, at=timezone.now(), **self.sent)
        return shown(done)


class Approval(Deed):
    """Ask for the approval of a reviewed run."""

    needs = {"POST": RUN_REVIEW}

    @operation(
        "Ask a second person to approve a reviewed run",
        takes=ASK,
        gives=ASKED,
        status=201,
        changes=True,
        description="Somebody who may approve runs does so, after a fresh second factor.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask; the change request is where it goes on."""
        self.one(Run.objects.all(), pk)
        self.need(RUN_REVIEW)
        change = approving.ask(run_id=pk, by=self.actor, at=timezone.now(), **self.sent)
        return Reply(asked(change))


class Post(Deed):
    """Post a calculated run."""

    needs = {"POST": RUN_POST}

    @operation(
        "Post a calculated run: ledger, statements, and the period is closed",
        gives=RUN,
        changes=True,
        description=(
            "A program needs the permission; a person also a fresh second factor. Where the "
            "organisation asks for a review or an approval first, a run without it is refused "
            "(`run_not_looked_at`)."
        ),
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Post it; twice is once."""
        run = self.one(Run.objects.all(), pk)
        self.need(RUN_POST)
        self.by_person_needs_step_up()
        return shown(runs.post(run_id=run.pk, by=self.actor, at=timezone.now()))
