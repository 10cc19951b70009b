"""Clauses, rates and waterfall steps as plain language."""

from collections.abc import Callable, Mapping
from typing import Any

from royalties.engine.rendering_words import conditions, listed, number_words

Term = Mapping[str, Any]
Recipient = Callable[[Any], str]

_ROUND = {
    "down": "cut off",
    "up": "rounded up",
    "half_up": "rounded",
    "half_even": "rounded (halves to even)",
}


def clause_sentence(clause: Term, currency: str) -> str:
    """Return what a clause earns: rate, base, deductions, lines and adjustments."""
    said = rate_words(clause["rate"], currency)
    if "base" in clause:
        said += f" of {_base(clause)}"
    for deduction in clause.get("deductions", []):
        said += f", less {_deduction(deduction, currency)}"
    if "where" in clause:
        said += f", on {conditions(clause['where'])}"
    for adjustment in clause.get("adjustments", []):
        lines = f" for {conditions(adjustment['where'])}" if "where" in adjustment else ""
        said += f", times {adjustment['factor']}{lines}"
    return said


def _base(clause: Term) -> str:
    base = clause["base"]
    words: str
    if isinstance(base, Mapping):
        times = " × units" if base.get("times_units") else ""
        words = base["quantity"].replace("_", " ") + times
    else:
        words = {"amount": "the amount", "units": "the units", "list_price": "list price × units"}[
            base
        ]
    if "at_source" in clause:
        words += f" (which is {clause['at_source']} % of the money at source)"
    return words


def _deduction(deduction: Term, currency: str) -> str:
    if "percent" in deduction:
        of = "" if deduction["of"] == "base" else " of what remains"
        return f"{deduction['percent']} %{of}"
    if "per_unit" in deduction:
        return f"{deduction['per_unit']} {currency} a unit"
    if "fixed" in deduction:
        return f"{number_words(deduction['fixed'])} {currency} a period"
    if "paid_at_source" in deduction:
        return f"what was already paid ({deduction['paid_at_source']})"
    times = " × units" if deduction.get("times_units") else ""
    each = f" × {deduction['each']} {currency}" if "each" in deduction else ""
    return f"{deduction['quantity']}{times}{each}"


def rate_words(rate: Term, currency: str) -> str:
    """Return one rate in words."""
    if "tiers" in rate:
        return _tiers(rate["tiers"], currency)
    if "fixed" in rate:
        per = {"period": "a period", "work": "a work and period", "once": "once"}[rate["per"]]
        return f"{number_words(rate['fixed'])} {currency} {per}"
    if "table" in rate:
        return _table(rate) + _rounding(rate)
    for word in ("greater_of", "lesser_of"):
        if word in rate:
            members = [rate_words(member, currency) for member in rate[word]]
            per = rate.get("per", "line")
            return f"the {word.split('_')[0]} of {listed(members)} (for each {per})"
    return _simple(rate, currency) + _rounding(rate)


def _simple(rate: Term, currency: str) -> str:
    if "percent" in rate:
        return f"{rate['percent']} %"
    return f"{rate['per_unit']} {currency} a unit"


def _rounding(rate: Term) -> str:
    if "round" not in rate:
        return ""
    term = rate["round"]
    return f" ({_ROUND[term['mode']]} at {term['places']} places)"


def _tiers(tiers: Term, currency: str) -> str:
    steps = []
    for number, step in enumerate(tiers["steps"]):
        word = "over" if "over" in step else "from"
        start = f" {word} {number_words(step[word])}" if number else ""
        steps.append(f"{_simple(step, currency)}{start}")
    how = {
        "marginal": "each slice at its own rate",
        "cliff": "the step reached rates the whole period",
        "retroactive": "the step reached rates everything since the count began",
    }[tiers["kind"]]
    return f"{listed(steps)} by “{tiers['counter']}” ({how})"


def _table(rate: Term) -> str:
    share = f"{rate['multiplier']} % of " if "multiplier" in rate else ""
    said = f"{share}the rate of the table “{rate['table']}”"
    if "contents" in rate:
        said += f", for each song of the product in “{rate['contents']}”"
    for entry in rate.get("fill", []):
        songs = conditions(entry["where"]) if "where" in entry else "all others"
        said += f"; {songs} at {entry.get('multiplier', '100')} %"
    if "cap" in rate:
        cap = rate["cap"]
        sizes = [f"{name} {songs} songs" for name, songs in cap["songs"].items()]
        said += f"; at most {listed(sizes)} at {cap.get('multiplier', '100')} %" + _rounding(cap)
    return said


def _fee(step: Term, currency: str, recipient: Recipient) -> str:
    return f"a fee of {step['percent']} % of “{step['of']}” to {recipient(step['to'])}"


def _costs(step: Term, currency: str, recipient: Recipient) -> str:
    cap = step.get("cap")
    over = {"period": "a period", "life": "in all"}
    limit = f", at most {number_words(cap['amount'])} {currency} {over[cap['over']]}" if cap else ""
    return (
        f"costs of {listed(step['category'])}{limit}{_interest(step)}, to {recipient(step['to'])}"
    )


def _recoup(step: Term, currency: str, recipient: Recipient) -> str:
    parties = []
    for party in step["parties"]:
        what = []
        if "amount" in party:
            what.append(f"{number_words(party['amount'])} {currency}")
        if "contributions" in party:
            what.append(f"what it contributed to {listed(party['contributions'])}")
        premium = f" × {party['premium']} %" if "premium" in party else ""
        parties.append(f"{recipient(party['to'])} {listed(what)}{premium}{_interest(party)}")
    together = ", side by side by their balances" if len(parties) > 1 else ""
    return f"until recouped: {listed(parties)}{together}"


def _interest(term: Term) -> str:
    if "interest" not in term:
        return ""
    interest = term["interest"]
    start = f" from {interest['from']}" if "from" in interest else ""
    kind = f"{interest['kind']} interest ({interest['day_count']})"
    return f" with {interest['percent']} % {kind}{start}"


def _split(step: Term, currency: str, recipient: Recipient) -> str:
    parts = [f"{recipient(part['to'])} {part['weight']} parts" for part in step["parts"]]
    return f"all that is left to {listed(parts)}"


STEPS: dict[str, Callable[[Term, str, Recipient], str]] = {
    "fee": _fee,
    "costs": _costs,
    "recoup": _recoup,
    "split": _split,
}
