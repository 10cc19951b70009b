"""Questions about runs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from holders.selectors import holders as known_holders
from kernel.errors import DomainError
from royalties.engine.values import money, to_minor
from royalties.models import Run, RunResult
from royalties.selectors import deals


class NoRun(DomainError):
    """There is no such run."""

    code = "no_run"
    status = 404


class RunFailed(DomainError):
    """A run in which deals refused to be calculated."""

    code = "run_failed"
    status = 422


def posted(period: str) -> UUID | None:
    """Return the posted run of a period."""
    rows = Run.objects.filter(period=period, state=Run.State.POSTED)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found


def names(run_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return runs' names by id."""
    return {run.pk: f"Run of {run.period}" for run in Run.objects.filter(pk__in=run_ids)}


def by_id(run_id: UUID) -> Run:
    """Return a run; raise NoRun."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NoRun(f"There is no run {run_id}.")
    return run


def sound(run_id: UUID) -> None:
    """Raise RunFailed with every deal's problem, if the run has any."""
    run = by_id(run_id)
    if run.state == Run.State.CALCULATING:
        raise RunFailed(f"The run of {run.period} stopped. Start it again.", state=run.state)
    if run.problem:
        first = run.problem[0]
        raise RunFailed(
            f"{len(run.problem)} deals of {run.period} can't be calculated. {first['deal']}: "
            f"{first['detail']}",
            problems=run.problem,
        )


def summary(run_id: UUID) -> dict[str, Any]:
    """Return a run as the command line and the API tell it; amounts are text."""
    run = by_id(run_id)
    return {
        "run": str(run.pk),
        "period": run.period,
        "state": run.state,
        "deals": run.deals,
        "lines": run.lines,
        "results_hash": run.results_hash,
        "payable": payable(run),
        "uncovered": run.uncovered,
        "untaken": untaken(run),
    }


def untaken(run: Run) -> list[dict[str, Any]]:
    """Return the lines that a deal covers and none of its clauses takes, by deal and group."""
    rows = RunResult.objects.filter(run=run).order_by("deal__code", "first_day")
    return [
        {"deal": code, "period": period, "group": group, "currency": currency, **each}
        for code, period, currency, groups in rows.values_list(
            "deal__code", "period", "figures__currency", "figures__untaken"
        )
        for group, each in groups.items()
        if each["lines"]
    ]


def payable(run: Run) -> list[dict[str, str]]:
    """Return what each holder is to be paid, by currency, over all deals that we pay on."""
    results = RunResult.objects.filter(run=run, deal__direction="out").values_list(
        "deal_id", "figures__payees", "figures__currency"
    )
    sums: dict[tuple[UUID, str], int] = {}
    holders = deals.holders_of({deal for deal, _, _ in results})
    for deal, payees, currency in results:
        for payee, figures in payees.items():
            key = (holders[deal][payee], currency)
            sums[key] = sums.get(key, 0) + to_minor(figures["payable"], currency)
    labels = known_holders.lines({holder for holder, _ in sums})
    rows = [
        {
            "payee": labels[holder].reference,
            "name": labels[holder].name,
            "currency": currency,
            "amount": money(units, currency),
        }
        for (holder, currency), units in sums.items()
    ]
    return sorted(rows, key=lambda row: (-Decimal(row["amount"]), row["payee"], row["currency"]))
