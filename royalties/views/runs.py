"""Royalty runs: the board, one run against the period before, posting it after a look."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import needs
from accounts.doors import Obstacle
from accounts.policies import can
from accounts.selectors import people
from accounts.views.base import Page, refuse
from foundation.pages import charts, fragments
from foundation.pages.filters import money_text
from foundation.pages.tables import Choice, Column, Table
from kernel.errors import DomainError
from kernel.period import Period
from royalties import permissions
from royalties.forms import PeriodForm
from royalties.models import Run, Statement
from royalties.selectors import approving, board
from royalties.selectors import runs as questions
from royalties.selectors.calculations import NotTheSame
from royalties.services import runs
from royalties.views import statements

State = Run.State
STATES = {
    State.CALCULATING: ("Being calculated", "info"),
    State.CALCULATED: ("Calculated", "warning"),
    State.POSTED: ("Posted", "success"),
    State.FAILED: ("Failed", "error"),
    State.SUPERSEDED: ("Gave way", "plain"),
}
QUEUES = ("imports", "exceptions", "changes")


class Runs(Table):
    """Runs, the newest period first."""

    caption = "Runs"
    noun = ("run", "runs")
    start = "-period"
    columns = (
        Column("period", "Period", "period", sort="end_day", link="run"),
        Column("state", "State", lambda row: STATES[row.state], kind="badge", sort="state"),
        Column("deals", "Deals", "deals", kind="number", sort="deals"),
        Column("lines", "Lines", "lines", kind="number", sort="lines"),
        Column("by", "Begun by", lambda row: row.by),
        Column("begun", "Begun", "begun_at", kind="moment", sort="begun_at"),
        Column("posted", "Posted", "posted_at", kind="moment", sort="posted_at"),
    )
    fields = ("period", "state", "deals", "lines", "begun_by", "begun_at", "posted_at")
    search = ("period",)
    search_label = "Search period"
    filters = (
        Choice("state", "State", [(s, STATES[s][0]) for s in STATES], lambda value: Q(state=value)),
    )
    nothing = ("No runs yet", "Import sales, sign deals, then calculate the first period.")

    def complete(self, rows: Any) -> None:
        """Name who began them."""
        names = people.names_of(row.begun_by for row in rows)
        for row in rows:
            row.by = names.get(row.begun_by, "a command")


class Board(Page):
    """All runs; the period that is next, how far it is, and what waits before it."""

    permission = permissions.RUN_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.show(request, None)

    def show(
        self, request: HttpRequest, form: PeriodForm | None, status: int = 200
    ) -> HttpResponse:
        """Show the board, with a form that couldn't be taken where there is one."""
        context: dict[str, Any] = {"table": Runs(self.rows(Run.objects.all()), request)}
        if not fragments.wanted(request):
            period, now = board.next_period(), timezone.now()
            run = board.unposted()
            context |= {
                "period": period,
                "run": run,
                "state": STATES[State(run.state)] if run else None,
                "stages": approving.stages(),
                "stage": approving.stage(run),
                "form": form or PeriodForm(initial={"period": period}),
                "unsigned": board.unsigned(),
                "waits": [
                    (queue.label, reverse(queue.name) + queue.query, waiting)
                    for queue in needs.every()
                    if queue.name in QUEUES
                    and can(self.person, queue.permission)
                    and (waiting := queue.count(self.person, now)).count
                ],
            }
        return fragments.page(request, "royalties/runs.html", context, block="list", status=status)


class Start(Board):
    """Calculate a period, or calculate it again: as a job, on whose page one waits."""

    permission = permissions.RUN_CALCULATE
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin."""
        form = PeriodForm(request.POST)
        if form.is_valid():
            period = form.cleaned_data["period"]
            try:
                _, job = runs.begin(period=period, by=self.person, at=timezone.now())
            except (runs.PeriodClosed, runs.PeriodOutOfOrder) as refusal:
                form.add_error("period", refusal.detail)
            else:
                return redirect("job", pk=job)
        return self.show(request, form, status=422)


class One(Page):
    """One run: its totals against the last period, what moved most, what stands out."""

    permission = permissions.RUN_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        run = self.one(Run.objects.all(), pk)
        found = board.compared(run)
        issued = board.issued(run) if run.state == State.POSTED else {}
        context = {
            **self.happened(run),
            "run": run,
            "state": STATES[State(run.state)],
            "days": Period(run.first_day, run.end_day),
            "by": people.name_of(run.begun_by) or "a command",
            "found": found,
            "flagged": found.flagged[:100],
            "where": _where(run, found, issued),
            "uncovered": run.uncovered,
            "untaken": questions.untaken(run),
            "stale": run.state == State.CALCULATED and board.stale(run),
            "charts": _charts(found),
            "stages": approving.stages(),
            "stage": approving.stage(run),
            "reviewer": people.name_of(run.reviewed_by) if run.reviewed_by else "",
            "lacks": approving.lacks(run) if run.state == State.CALCULATED else "",
            "asked": approving.waits(run, at=timezone.now()),
        }
        return render(request, "royalties/run.html", context)


def _where(run: Run, found: board.Compared, issued: dict[board.Key, UUID]) -> dict[str, str]:
    """Return the address of each payee's figures: the statement, or what it would be."""
    shown = [*found.payees, *found.flagged[:100]]
    return {
        f"{each.key} {each.currency}": reverse("statement", args=[issued[each.key, each.currency]])
        if (each.key, each.currency) in issued
        else reverse("run_payee", args=[run.pk, each.key, each.currency])
        for each in shown
        if run.state != State.POSTED or (each.key, each.currency) in issued
    }


def _charts(found: board.Compared) -> list[charts.Chart]:
    """Return the largest movements as pictures, one for each currency, three at most."""
    made = []
    for currency in list(dict.fromkeys(each.currency for each in found.payees))[:3]:
        items = [
            charts.Item(each.label, each.change.amount, money_text(each.change))
            for each in found.payees
            if each.currency == currency
        ]
        made.append(
            charts.bars(f"Largest movements in {currency}", items, head=("Payee", "Change"))
        )
    return made


class Post(Page):
    """Post a run: first what that does, then, with the second factor given anew, the deed."""

    permission = permissions.RUN_POST
    seen_with = permissions.RUN_POST

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what posting would do."""
        run = self.one(Run.objects.all(), pk)
        if run.state == State.POSTED:
            return redirect("run", pk=pk)
        return self.show(request, run)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Post, if the results are still those that were shown; people confirm it anew."""
        if not self.fresh:  # programs, which have no second factor, post through the API
            return refuse(request, Obstacle.STEP_UP)
        run = self.one(Run.objects.all(), pk)
        if run.state != State.POSTED and request.POST.get("results_hash") != run.results_hash:
            return self.show(request, run, problem="It was calculated anew. Look at it again.")
        try:
            posted = runs.post(run_id=run.pk, by=self.person, at=timezone.now())
        except DomainError as refusal:
            return self.show(request, run, problem=refusal.detail)
        count = Statement.objects.filter(run=posted).count()
        messages.success(request, f"{posted.period} is posted: {count:,} statements are issued.")
        return redirect("run", pk=pk)

    def show(self, request: HttpRequest, run: Run, *, problem: str = "") -> HttpResponse:
        """Show the run's consequences and counts."""
        found = board.compared(run)
        context = {
            "run": run,
            "payable": [each for each in found.totals if each.key == "payable"],
            "flags": len(found.flagged),
            "uncovered": run.uncovered,
            "ready": run.state == State.CALCULATED,
            "lacks": approving.lacks(run),
            "state": STATES[State(run.state)],
            "results": run.results.count(),
            "problem": problem,
        }
        status = 409 if problem else 200
        return render(request, "royalties/run_post.html", context, status=status)


class Provisional(statements.StatementPage):
    """A page of what a run would tell a payee, before it is posted."""

    permission = permissions.RUN_SEE
    by_grant = False
    provisional = True

    def statement(  # type: ignore[override]
        self, pk: UUID, holder: UUID, currency: str
    ) -> Statement:
        """Return the statement as it would be."""
        found = board.provisional(self.one(Run.objects.all(), pk), holder, currency)
        if found is None:
            raise Http404
        return found

    def place(self, statement: Statement) -> statements.Place:
        """Return where it stands: under its run."""
        run = statement.run
        crumbs = (("Runs", reverse("runs")), (run.period, reverse("run", args=[run.pk])))
        base = reverse("run_payee", args=[run.pk, statement.holder_id, statement.currency])
        return statements.Place(base, f"Provisional figures for {run.period}", crumbs)


class Payee(Provisional, statements.One):
    """One payee's figures of a run."""


class PayeeRows(Provisional, statements.Rows):
    """The rows behind one of them."""


class PayeeWorking(Provisional, statements.Working):
    """How one deal's payable came about."""


class Unchanged(Provisional):
    """What reads the lines again: only while nothing has changed since the run."""

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        """Answer, or say that the run is to be calculated anew."""
        try:
            return super().dispatch(request, *args, **named)
        except NotTheSame:
            messages.error(request, "What this run read has changed. Calculate it again first.")
            return redirect("run", pk=named["pk"])


class PayeeLines(Unchanged, statements.Lines):
    """The lines of files behind a row."""


class PayeeReceipts(Unchanged, statements.Receipts):
    """The lines behind what a pot of a waterfall got."""
