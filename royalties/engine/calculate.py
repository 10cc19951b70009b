"""The engine: one period of one deal. A pure function of its arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from kernel.canonical import digest
from kernel.errors import InvalidValue
from kernel.money import round_minor
from kernel.period import Period, label_kind
from royalties.engine import results
from royalties.engine.accounts import Settled, Settlement
from royalties.engine.columns import Col
from royalties.engine.earnings import Earned, earn
from royalties.engine.errors import PeriodInvalid
from royalties.engine.flows import Flows, contract_year, set_in_motion
from royalties.engine.gather import begin
from royalties.engine.given import Given, Matcher, Row
from royalties.engine.groups import PLACE
from royalties.engine.inputs import checked_opening
from royalties.engine.lines import Lines
from royalties.engine.posting import POT, Posted, memory, post
from royalties.engine.pots import Waterfall
from royalties.engine.selection import chosen
from royalties.engine.terms import EVERYTHING, Deal
from royalties.engine.values import money, text
from royalties.engine.words import Words
from royalties.engine.working import payee_working


@dataclass(frozen=True)
class Parts:
    """The pieces of a calculation, kept for the working and for explanations."""

    given: Given
    flows: Flows
    earned: dict[str, Earned]
    posted: dict[str, Posted]
    waterfall: Waterfall
    settled: dict[str, Settled]


@dataclass(frozen=True)
class Calculation:
    """A period's result (docs/deals.md §13), its statement rows (``results.SCHEMA``), its working,
    and the hash of the result, which covers the rows by their fingerprint.
    """

    result: dict[str, Any]
    cells: pa.Table
    working: dict[str, Any]
    results_hash: str
    parts: Parts


def calculate(
    deal: Deal,
    *,
    period: str,
    lines: Lines,
    costs: Sequence[Row] = (),
    opening: Mapping[str, Any] | None = None,
    rates: Mapping[str, Sequence[Row]] | None = None,
    fx: Mapping[str, Any] | None = None,
    matcher: Matcher,
) -> Calculation:
    """Calculate one accounting period (``2026-Q1``) of a deal.

    ``opening`` are the last period's closing balances, ``rates`` the dated tables by name, ``fx``
    an exchange table, ``matcher(expression, on=day)`` a function from a territory code to whether
    it lies inside. Raises the refusals of ``royalties.engine.errors``.
    """
    given = Given(
        deal, period, _period(deal, period), lines, list(costs), rates or {}, fx or {}, matcher
    )
    given = _covered(given)
    opening = checked_opening(deal, opening)
    flows = set_in_motion(begin(given), opening)
    earned = {
        clause.id: earn(clause, flows, opening.get("clauses", {}).get(clause.id, {}))
        for clause in deal.clauses
    }
    posted = {name: post(each, given) for name, each in earned.items()}
    raised = _raised(deal, earned)
    waterfall = Waterfall.opened(given, opening, raised)
    accounts = _pay_in(deal, posted, waterfall)
    waterfall.pour()
    for step, paid in waterfall.paid.items():
        for payee, units in paid.items():
            accounts[payee][step] = accounts[payee].get(step, 0) + units
    settled = {
        payee: Settlement(payee, given, opening.get("accounts", {}).get(payee, {})).settle(
            mine, {name: each.kept[payee] for name, each in posted.items() if payee in each.kept}
        )
        for payee, mine in accounts.items()
    }
    parts = Parts(given, flows, earned, posted, waterfall, settled)
    listed = [cells for each in posted.values() for cells in each.cells.values()]
    cells = results.together([*listed, *_step_cells(parts)])
    result = _result(parts, raised, cells)
    working = {payee: payee_working(payee, parts) for payee in deal.payees}
    return Calculation(result, cells, working, results_hash(result), parts)


def results_hash(result: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a result's canonical JSON (sorted keys, no spaces, UTF-8)."""
    return digest(result)


def _covered(given: Given) -> Given:
    """Return what is given with the lines that the deal covers, and no others."""
    if given.deal.covers == EVERYTHING:
        return given
    mask = chosen(given.deal.covers, given)
    return given if bool(mask.all()) else replace(given, lines=given.lines.take(mask))


def _period(deal: Deal, label: str) -> Period:
    try:
        if label_kind(label) == deal.period_kind:
            return Period.of(label, year_starts=deal.year_starts)
    except InvalidValue:
        pass
    kinds = {"month": "2026-03", "quarter": "2026-Q1", "half": "2026-H1", "year": "2026"}
    raise PeriodInvalid(
        f"Deal {deal.id} accounts by the {deal.period_kind}; {label!r} is not one. "
        f"Write it like {kinds[deal.period_kind]}.",
        period=label,
    )


def _raised(deal: Deal, earned: Mapping[str, Earned]) -> dict[str, int]:
    """Return the costs that caps raised, by category, posted clause by clause."""
    found: dict[str, int] = {}
    for name, each in earned.items():
        cap = deal.clause(name).rate.cap
        if cap is not None and cap.excess:
            units = round_minor(each.excess, deal.currency)
            found[cap.excess] = found.get(cap.excess, 0) + units
    return found


def _pay_in(
    deal: Deal, posted: Mapping[str, Posted], waterfall: Waterfall
) -> dict[str, dict[str, int]]:
    """Bring posted money into pots and accounts; return the accounts by payee."""
    accounts: dict[str, dict[str, int]] = {payee: {} for payee in deal.payees}
    for name, each in posted.items():
        for receiver, units in each.receivers.items():
            if receiver.startswith(POT):
                waterfall.pay_in(receiver.removeprefix(POT), units, name)
            else:
                accounts[receiver][name] = units
    return accounts


def _result(parts: Parts, raised: Mapping[str, int], cells: pa.Table) -> dict[str, Any]:
    given, deal = parts.given, parts.given.deal
    currency = deal.currency
    pots = {name: money(units, currency) for name, units in parts.waterfall.left.items()}
    taken = parts.flows.stage.taken
    return {
        "deal": deal.id,
        "period": given.label,
        "currency": currency,
        "payees": {payee: _payee(each, currency) for payee, each in parts.settled.items()},
        "statement": results.summary(cells),
        "untaken": {
            group: {"lines": count, "amount": text(amount)}
            for group, (count, amount) in taken.untaken.items()
        },
        "overlaps": [
            {"group": g, "clause": c, "also": a, "lines": n, "amount": text(m)}
            for g, c, a, n, m in taken.overlaps
        ],
        "pots": pots,
        "costs_raised": {name: money(units, currency) for name, units in raised.items()},
        "closing": _closing(parts, pots),
    }


def _payee(each: Settled, currency: str) -> dict[str, Any]:
    def texts(units: Mapping[str, int]) -> dict[str, str]:
        return {name: money(value, currency) for name, value in units.items()}

    reserves = {
        name: {
            "withheld": money(sum(units.values()), currency),
            "released": money(sum(each.reserved.released[name].values()), currency),
        }
        for name, units in each.reserved.withheld.items()
    }
    return {
        **({"reserves": reserves} if reserves else {}),
        "earned": texts(each.earned),
        "cap": money(each.cap, currency),
        "floor": money(each.floor, currency),
        "carried_in": money(each.carried_in, currency),
        "recouped": texts(each.recouped),
        "advances": texts(each.advances),
        "guarantees": {
            name: {
                "at_close": money(units, currency),
                "instalments": [
                    {"on": on.isoformat(), "amount": money(paid, currency)}
                    for on, paid in each.instalments[name]
                ],
            }
            for name, units in each.at_close.items()
        },
        "due": money(each.due, currency),
        "held": money(each.held, currency),
        "payable": money(each.payable, currency),
    }


def _step_cells(parts: Parts) -> list[pa.Table]:
    """Return what each waterfall step paid, as statement rows without a place."""
    found = []
    for step, paid in parts.waterfall.paid.items():
        payees = results.column(Words.of(list(paid)))
        amounts = Col.of(np.array([*paid.values()], dtype=object))
        nowhere = {name: results.column(Words.constant(None, len(paid))) for name in PLACE}
        same = {"clause": step, "kind": "step", "currency": parts.given.deal.currency}
        named = {"payee": payees, **nowhere}
        found.append(results.table(named, same, Col.zeros(len(paid)), amounts))
    return found


def _closing(parts: Parts, pots: dict[str, str]) -> dict[str, Any]:
    deal, flows = parts.given.deal, parts.flows
    year = contract_year(deal, parts.given)
    clauses = {}
    for name, each in parts.earned.items():
        kept = memory(each, parts.posted[name], year, deal.currency)
        if kept is not None:
            clauses[name] = kept
    return {
        "counters": {
            name: {"value": text(Fraction(value)), "year": year}
            for name, value in flows.closing.items()
        },
        "triggers": {name: name in flows.reached for name in deal.triggers},
        "clauses": clauses,
        "pots": pots,
        "steps": parts.waterfall.memory,
        "accounts": {payee: each.closing for payee, each in parts.settled.items()},
    }
