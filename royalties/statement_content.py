"""What a statement says, as figures and ids: of results alone, so that it can be made again."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from royalties.engine.values import money, to_minor
from royalties.models import Run, RunResult

SUMS = (
    "carried_in", "earned", "cap", "floor", "recouped", "guarantee", "carried_out",
    "due", "held_in", "held_out", "payable", "advances",
)  # fmt: skip


def run_hash(results: Sequence[tuple[str, str, str]]) -> str:
    """Return the hash of a run: of its results' deal, period and hash, in their order."""
    return sha256(repr(list(results)).encode()).hexdigest()


def contents(
    run: Run, results: Sequence[RunResult], holders: Mapping[UUID, Mapping[str, UUID]]
) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Yield each holder of a posted run with what their statement says, one for each currency.

    ``holders`` says who each deal's payees are. Deals that pay us make no statement, nor do payees
    without a figure.
    """
    parts: dict[tuple[UUID, str], list[dict[str, Any]]] = {}
    for result in results:
        if result.deal.direction == "in":
            continue
        currency = result.figures["currency"]
        for payee in result.figures["payees"]:
            part = part_of(result, payee)
            if part is not None:
                parts.setdefault((holders[result.deal_id][payee], currency), []).append(part)
    ordered = sorted(parts.items(), key=lambda item: (str(item[0][0]), item[0][1]))
    for number, ((holder, currency), listed) in enumerate(ordered, 1):
        yield holder, _content(run, number, holder, currency, listed)


def _content(
    run: Run, number: int, holder: UUID, currency: str, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    sums = _together(parts, currency)
    return {
        "statement": f"{run.period}-{number:05}",
        "holder": str(holder),
        "currency": currency,
        "period": run.period,
        "run": run.results_hash,
        "sums": {name: money(value, currency) for name, value in sums.items()},
        "deals": parts,
    }


def part_of(result: RunResult, payee: str) -> dict[str, Any] | None:
    """Return what one deal's period says to one payee; None where every figure is zero.

    Amounts are texts in the deal's currency. carried_in + earned + cap + floor - recouped +
    guarantee - carried_out = due; held_in + due - held_out = payable. ``guarantee`` is what a
    guarantee's windows paid beyond, or kept of, what was earned.
    """
    figures, currency = result.figures["payees"][payee], result.figures["currency"]
    opening = result.opening.get("accounts", {}).get(payee, {})
    closing = result.closing.get("accounts", {}).get(payee, {})

    paid_apart = _paid_apart(figures)

    def units(amount: str) -> int:
        return to_minor(amount, currency)

    sums = {
        "carried_in": units(figures["carried_in"]),
        "earned": sum(map(units, figures["earned"].values())),
        "cap": units(figures["cap"]),
        "floor": units(figures["floor"]),
        "recouped": sum(map(units, figures["recouped"].values())),
        "carried_out": units(closing.get("carried", "0")),
        "due": units(figures["due"]),
        "held_in": units(opening.get("held", "0")),
        "held_out": units(figures["held"]),
        "payable": units(figures["payable"]),
        "advances": sum(map(units, paid_apart.values())),
    }
    left = sum(sums[name] for name in ("carried_in", "earned", "cap", "floor"))
    sums["guarantee"] = sums["due"] + sums["carried_out"] - left + sums["recouped"]
    unrecouped = closing.get("unrecouped", {})
    if not any(sums.values()) and not any(map(units, unrecouped.values())):
        return None
    return {
        "result": str(result.pk),
        "results_hash": result.results_hash,
        "deal": result.deal.code,
        "version": result.version.number,
        "payee": payee,
        "period": result.period,
        "sums": {name: money(sums[name], currency) for name in SUMS},
        "earned": figures["earned"],
        "recouped": figures["recouped"],
        "advances": paid_apart,
        "guarantees": figures["guarantees"],
        "unrecouped": unrecouped,
    }


def _paid_apart(figures: dict[str, Any]) -> dict[str, str]:
    """Return advances and guarantees' instalments: payments of their own, on their own days."""
    found = dict(figures["advances"])
    for name, guarantee in figures["guarantees"].items():
        for each in guarantee["instalments"]:
            found[f"{name} {each['on']}"] = each["amount"]
    return found


def _together(parts: Sequence[dict[str, Any]], currency: str) -> dict[str, int]:
    """Return the sums of all parts. Of one deal's periods, in order of time, the first has what was
    carried and held before, the last what is carried and held after."""
    first = {part["deal"]: part for part in reversed(parts)}
    last = {part["deal"]: part for part in parts}
    ends = {"carried_in": first, "held_in": first, "carried_out": last, "held_out": last}
    return {
        name: sum(
            to_minor(part["sums"][name], currency)
            for part in (ends[name].values() if name in ends else parts)
        )
        for name in SUMS
    }
