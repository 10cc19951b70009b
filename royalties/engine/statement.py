"""What one deal's period says to one payee: a statement's sums, of results alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from royalties.engine.values import money, to_minor

SUMS = (
    "carried_in", "earned", "cap", "floor", "recouped", "guarantee", "carried_out",
    "due", "held_in", "held_out", "payable", "advances",
)  # fmt: skip
# Said only to payees who have reserves.
RESERVES = ("reserve_withheld", "reserve_released", "reserve_kept")


def told(
    figures: Mapping[str, Any], opening: Mapping[str, Any], closing: Mapping[str, Any], payee: str
) -> dict[str, Any] | None:
    """Return what a result says to one payee; None where every figure is zero.

    ``figures`` are the result without its ``closing`` (docs/deals.md §13). Amounts are texts in the
    deal's currency. carried_in + earned + cap + floor - reserve_withheld + reserve_released -
    recouped + guarantee - carried_out = due;
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
    sums |= _reserves(mine, after, currency)
    left = sum(sums[name] for name in ("carried_in", "earned", "cap", "floor"))
    left += sums.get("reserve_released", 0) - sums.get("reserve_withheld", 0)
    sums["guarantee"] = sums["due"] + sums["carried_out"] - left + sums["recouped"]
    unrecouped = after.get("unrecouped", {})
    if not any(sums.values()) and not any(map(units, unrecouped.values())):
        return None
    return {
        "sums": {name: money(sums[name], currency) for name in (*SUMS, *RESERVES) if name in sums},
        "earned": mine["earned"],
        "recouped": mine["recouped"],
        "advances": apart,
        "guarantees": mine["guarantees"],
        "unrecouped": unrecouped,
        **({"reserves": mine["reserves"]} if "reserves" in mine else {}),
    }


def _reserves(mine: Mapping[str, Any], after: Mapping[str, Any], currency: str) -> dict[str, int]:
    """Return what a payee's reserves withheld, released and keep; nothing without reserves."""
    if "reserves" not in mine:
        return {}
    parts = (
        *([each[word] for each in mine["reserves"].values()] for word in ("withheld", "released")),
        kept(after.get("reserves", {})),
    )
    sums = [sum(to_minor(amount, currency) for amount in listed) for listed in parts]
    return dict(zip(RESERVES, sums, strict=True))


def kept(reserves: Mapping[str, Any]) -> Iterator[str]:
    """Yield every part that an account's reserves still keep, of their closing balance."""
    for layers in reserves.values():
        for clauses in layers.values():
            for parts in clauses.values():
                yield from parts


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
    ends = {
        "carried_in": first, "held_in": first,
        "carried_out": last, "held_out": last, "reserve_kept": last,
    }  # fmt: skip
    names = [name for name in RESERVES if any(name in part["sums"] for part in parts)]
    return {
        name: money(
            sum(
                to_minor(part["sums"].get(name, "0"), currency)
                for part in (ends[name].values() if name in ends else parts)
            ),
            currency,
        )
        for name in (*SUMS, *names)
    }
