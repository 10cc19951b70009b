"""Runs: begin one, calculate it deal by deal, post it."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from audit.services import events
from foundation import jobs
from foundation.jobs import JobContext
from foundation.locks import lock_for_change
from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine import VERSION
from royalties.engine.given import Matcher
from royalties.engine.reading import read_deal
from royalties.linestore import cells
from royalties.models import Deal, DealVersion, Run, RunResult
from royalties.selectors import approving, calculations, coverage, given, lines, plans
from royalties.selectors.calculations import Asked, LinesOf
from royalties.selectors.plans import Step
from royalties.services import calendar, exceptions, ledger, periods, publishing, statements
from royalties.statement_content import run_hash

KIND = "royalties.run"
UNPOSTED = (Run.State.CALCULATING, Run.State.CALCULATED, Run.State.FAILED)


class PeriodClosed(DomainError):
    """A period that was posted already."""

    code = "period_closed"


class PeriodOutOfOrder(DomainError):
    """Periods are run in the order of time, without gaps."""

    code = "period_out_of_order"


class RunNotReady(DomainError):
    """A run that isn't calculated, or not with what there is now."""

    code = "run_not_ready"


class NotLookedAt(DomainError):
    """A run that lacks its review or approval."""

    code = "run_not_looked_at"


@transaction.atomic
def begin(*, period: str, by: Actor, at: datetime) -> tuple[Run, UUID]:
    """Begin the run of a period; return it with the job that calculates it.

    An unposted run gives way to the new one; one that is still being calculated for the same period
    is returned as it is. Raises PeriodClosed and PeriodOutOfOrder.
    """
    days = Period.of(period)
    assert days.end is not None
    first_open = periods.close_alone()
    _in_order(period, days, first_open)
    old = Run.objects.select_for_update().filter(state__in=UNPOSTED).first()
    if old is not None:
        job = jobs.latest(KIND, f"run:{old.pk}")
        if job is not None and not job.ended and old.period == period:
            return old, job.id
        _give_way(old, job, at)
    exceptions.match_again(by=by, at=at)
    planned = plans.steps(days)
    run = Run(
        period=period,
        first_day=days.start,
        end_day=days.end,
        state=Run.State.CALCULATING,
        deals=len({step.deal for step in planned}),
        inputs_hash=plans.inputs_hash(planned),
        begun_at=at,
        begun_by=by.actor_id,
    )
    run.save(force_insert=True)
    job = jobs.enqueue(
        KIND,
        {"run": str(run.pk), "steps": [step.as_json() for step in planned]},
        actor=by,
        dedupe=f"run:{run.pk}",
        at=at,
    )
    events.record("royalties.run.begun", subject=run, actor=by, at=at, after={"period": period})
    return run, job.id


def _in_order(period: str, days: Period, first_open: date | None) -> None:
    if first_open is None:
        earliest = plans.earliest_day()
        if earliest is not None and earliest < days.start:
            raise PeriodOutOfOrder(
                f"Sales or costs count from {earliest} on, before {period} begins. Run their "
                "period first, or take those files back.",
                first_open=earliest.isoformat(),
            )
        return
    if days.start == first_open:
        return
    if days.start < first_open:
        raise PeriodClosed(
            f"{period} is posted. What changes now counts in the period from {first_open}.",
            period=period,
        )
    raise PeriodOutOfOrder(
        f"{period} begins on {days.start}, but the first open day is {first_open}. Run the period "
        "between them first.",
        first_open=first_open.isoformat(),
    )


def _give_way(old: Run, job: Any, at: datetime) -> None:
    """Drop an unposted run's results, and stop its job."""
    if job is not None and not job.ended:
        jobs.cancel(job_id=job.id, at=at)
    RunResult.objects.filter(run=old).delete()
    old.state, old.ended_at = Run.State.SUPERSEDED, at
    old.save(update_fields=["state", "ended_at"])


def calculate(context: JobContext) -> dict[str, Any]:
    """Calculate a run, one step a transaction, from the job's cursor on; return its summary.

    A step whose deal refuses (a missing rate, say) is noted with its reason; the others go on, and
    the run ends as failed.
    """
    run_id = UUID(context.payload["run"])
    steps = [Step.of_json(kept) for kept in context.payload["steps"]]
    cursor = context.cursor or {"done": 0, "problems": []}
    lines_of = lru_cache(maxsize=2)(lines.in_period)
    with context.transaction():
        begun = Run.objects.values_list("begun_at", flat=True).get(pk=run_id)
        places = calculations.own_matcher(begun)
    for number in range(cursor["done"], len(steps)):
        step = steps[number]
        with context.transaction():
            [run] = lock_for_change((Run, [run_id]))
            if run.state != Run.State.CALCULATING:
                raise jobs.Cancelled(f"run {run_id} gave way")
            problem = _step(run, step, lines_of, places)
            problems = [*cursor["problems"], *([problem] if problem else [])]
            cursor = {"done": number + 1, "problems": problems}
            context.checkpoint(cursor, number + 1, len(steps), step.code)
    with context.transaction():
        return _finish(run_id, cursor["problems"], lines_of, places, context)


def _step(run: Run, step: Step, lines_of: LinesOf, places: Matcher) -> dict[str, Any] | None:
    """Calculate and keep one deal's period; return the problem where the deal refuses."""
    deal = Deal.objects.get(pk=step.deal)
    version = DealVersion.objects.get(pk=step.version)
    tables, numbers = given.tables()
    opening, opened_before = given.opening(deal, version, run, step.start)
    asked = Asked(
        deal,
        read_deal(version.document),
        step.label,
        Period(step.start, step.end),
        opening,
        tables,
        run.begun_at,
    )
    try:
        with transaction.atomic():
            found = calculations.work_out(asked, lines_of=lines_of, places=places)
    except DomainError as refusal:
        return {"deal": step.code, "period": step.label, **refusal.problem()}
    result = dict(found.result)
    closing = result.pop("closing")
    RunResult(
        run=run,
        deal=deal,
        version=version,
        period=step.label,
        first_day=step.start,
        end_day=step.end,
        lines=found.parts.given.lines.count,
        opening=asked.opening,
        figures=result,
        closing=closing,
        working=found.working,
        inputs={
            "tables": numbers,
            "known_at": run.begun_at.isoformat(),
            "engine": VERSION,
            "opened_before": opened_before,
        },
        cells=cells.packed(found.cells),
        cells_count=found.cells.num_rows,
        results_hash=found.results_hash,
    ).save(force_insert=True)
    return None


def _finish(
    run_id: UUID,
    problems: list[dict[str, Any]],
    lines_of: LinesOf,
    places: Matcher,
    by: Actor,
) -> dict[str, Any]:
    """Give the run its hash, or its problems."""
    [run] = lock_for_change((Run, [run_id]))
    if run.state != Run.State.CALCULATING:
        raise jobs.Cancelled(f"run {run_id} gave way")
    results = RunResult.objects.filter(run=run).order_by("deal__code", "first_day")
    listed = list(results.values_list("deal__code", "period", "results_hash"))
    run.results_hash = run_hash(listed)
    run.lines = lines_of(run.first_day, run.end_day).count
    run.uncovered = coverage.uncovered(
        lines_of(run.first_day, run.end_day), Period(run.first_day, run.end_day), places
    )
    run.state = Run.State.FAILED if problems else Run.State.CALCULATED
    run.problem = problems or None
    run.ended_at = timezone.now()
    run.save(update_fields=["results_hash", "lines", "uncovered", "state", "problem", "ended_at"])
    events.record(
        "royalties.run.calculated",
        subject=run,
        actor=by,
        at=run.ended_at,
        after={"state": run.state, "results_hash": run.results_hash, "problems": len(problems)},
    )
    return {"run": str(run_id), "state": run.state, "results_hash": run.results_hash}


@transaction.atomic
def post(*, run_id: UUID, by: Actor, at: datetime) -> Run:
    """Post a calculated run: entries, drafts of statements, and the period is closed. Twice
    is once.

    Raises RunNotReady while it isn't calculated, or where sales, costs, rates, deals or what
    territory groups mean have changed since it was; NotLookedAt while it lacks the review or the
    approval that its organisation asks for (a trigger refuses that, too).
    """
    first_open = periods.close_alone()
    run: Run
    [run] = lock_for_change((Run, [run_id]))
    if run.state == Run.State.POSTED:
        return run
    if run.state != Run.State.CALCULATED:
        raise RunNotReady(
            f"The run of {run.period} is {run.state}. Only a calculated run can be posted.",
            state=run.state,
            problems=run.problem,
        )
    _in_order(run.period, Period(run.first_day, run.end_day), first_open)
    check_unchanged(run)
    _looked_at(run)
    results = list(
        RunResult.objects.filter(run=run)
        .select_related("deal", "version")
        .defer("working")
        .order_by("deal__code", "first_day")
    )
    ledger.post_run(run=run, results=results, by=by, at=at)
    issued = statements.issue(run=run, results=results, at=at)
    calendar.fix(run=run, by=by, at=at)
    run.state, run.posted_at = Run.State.POSTED, at
    run.save(update_fields=["state", "posted_at"])
    events.record(
        "royalties.run.posted",
        subject=run,
        actor=by,
        at=at,
        after={"period": run.period, "results_hash": run.results_hash},
        facts=[("royalties.statement.issued", publishing.told(each)) for each in issued],
    )
    return run


def check_unchanged(run: Run) -> None:
    """Raise RunNotReady where what a calculated run read has changed since."""
    if plans.inputs_hash(plans.steps(Period(run.first_day, run.end_day))) != run.inputs_hash:
        raise RunNotReady(
            f"Sales, costs, rates, deals or the meaning of territory groups have changed since "
            f"{run.period} was calculated. Calculate it anew, look at it, and post that.",
            state="stale",
        )


def _looked_at(run: Run) -> None:
    lacking = approving.lacks(run)
    if lacking == approving.Asks.REVIEW:
        raise NotLookedAt(
            f"{run.period} isn't reviewed yet. Review it with a note, then go on.", lacks=lacking
        )
    if lacking == approving.Asks.APPROVAL:
        raise NotLookedAt(
            f"{run.period} isn't approved yet. Ask a second person for the approval.", lacks=lacking
        )
