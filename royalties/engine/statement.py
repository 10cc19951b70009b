"""What one deal's period says to one payee: a statement's sums, of results alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from royalties.engine.values import money, to_minor

SUMS = (
    "carried_in", "earned", "cap", "floor", "recouped", "guarantee", "carried_out",
    "due", "held_in", "held_out", "payable", "advances",
)  # fmt: skip


def told(
    figures: Mapping[str, Any], opening: Mapping[str, Any], closing: Mapping[str, Any], payee: str
) -> dict[str, Any] | None:
    """Return what a result says to one payee; None where every figure is zero.

    ``figures`` are the result without its ``closing`` (docs/deals.md §13). Amounts are texts in the
    deal's currency. carried_in + earned + cap + floor - recouped + guarantee - carried_out = due;
    held_in + due - held_out = payable. ``guarantee`` is what a guarantee's windows paid beyond, or
    kept of, what was earned.
    """
    mine, currency = figures["payees"][payee], figures["currency"]
    before = opening.get("accounts", {}).get(payee, {})
    after = closing.get("accounts", {}).get(payee, {})
    apart = _paid_apart(mine)

    def units(amount: str) -> int:
        return to_minor(amount, currency)

    sums = {
        "carried_in": units(mine["carried_in"]),
        "earned": sum(map(units, mine["earned"].values())),
        "cap": units(mine["cap"]),
        "floor": units(mine["floor"]),
        "recouped": sum(map(units, mine["recouped"].values())),
        "carried_out": units(after.get("carried", "0")),
        "due": units(mine["due"]),
        "held_in": units(before.get("held", "0")),
        "held_out": units(mine["held"]),
        "payable": units(mine["payable"]),
        "advances": sum(map(units, apart.values())),
    }
    left = sum(sums[name] for name in ("carried_in", "earned", "cap", "floor"))
    sums["guarantee"] = sums["due"] + sums["carried_out"] - left + sums["recouped"]
    unrecouped = after.get("unrecouped", {})
    if not any(sums.values()) and not any(map(units, unrecouped.values())):
        return None
    return {
        "sums": {name: money(sums[name], currency) for name in SUMS},
        "earned": mine["earned"],
        "recouped": mine["recouped"],
        "advances": apart,
        "guarantees": mine["guarantees"],
        "unrecouped": unrecouped,
    }


def _paid_apart(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return advances and guarantees' instalments: payments of their own, on their own days."""
    found = dict(figures["advances"])
    for name, guarantee in figures["guarantees"].items():
        for each in guarantee["instalments"]:
            found[f"{name} {each['on']}"] = each["amount"]
    return found


def together(parts: Sequence[Mapping[str, Any]], currency: str) -> dict[str, str]:
    """Return the sums of all parts. Of one deal's periods, in order of time, the first has what was
    carried and held before, the last what is carried and held after."""
    first = {part["deal"]: part for part in reversed(parts)}
    last = {part["deal"]: part for part in parts}
    ends = {"carried_in": first, "held_in": first, "carried_out": last, "held_out": last}
    return {
        name: money(
            sum(
                to_minor(part["sums"][name], currency)
                for part in (ends[name].values() if name in ends else parts)
            ),
            currency,
        )
        for name in SUMS
    }
