"""What a deal's periods do in the ledger leaves on every account what the deal closes with."""

from collections import Counter
from types import SimpleNamespace
from uuid import UUID

from kernel.errors import DomainError
from royalties.engine import results
from royalties.engine.calculate import calculate
from royalties.engine.lines import Lines
from royalties.postings import ADVANCE, COST, RESERVE, balances_after, legs_of
from royalties.selectors.balances import sums_of
from territories.geography.resolver import matcher
from tests.engine.test_agreement import sound

DEALS = 300
DEAL_ID = UUID(int=1)


def periods_of(seed):
    """Yield the results of a random deal's periods, as a run would keep them, with their cells."""
    made = sound(seed)
    if made is None:
        return
    deal, document, periods, rates, fx = made
    opening = {}
    for number, period in enumerate(periods):
        try:
            done = calculate(
                deal,
                period=period["period"],
                lines=Lines.from_rows(period["lines"]),
                costs=period["costs"],
                opening=opening,
                rates=rates,
                fx=fx,
                matcher=matcher,
            )
        except DomainError:
            return
        yield SimpleNamespace(
            deal=SimpleNamespace(code=deal.id, direction=document["direction"]),
            deal_id=DEAL_ID,
            version=SimpleNamespace(document=document),
            inputs={"opened_before": number > 0},
            opening=opening,
            figures=done.result,
            closing=done.result["closing"],
            cells=done.cells,
        )
        opening = done.result["closing"]


def test_every_accounts_balance_is_what_random_deals_close_with():
    seen = Counter()
    for seed in range(DEALS):
        balances = Counter()
        for result in periods_of(seed):
            holders = {name: UUID(int=n) for n, name in enumerate(result.figures["payees"], 2)}
            for leg in legs_of(result, holders):
                balances[leg.credit] += leg.minor
                balances[leg.debit] -= leg.minor
            sign = -1 if result.deal.direction == "in" else 1
            for place, wanted in balances_after(result, holders).items():
                mine = sign * (-1 if place.kind in (ADVANCE, COST) else 1) * balances[place]
                assert mine == wanted, (seed, place, result.figures["period"])
                seen[place.kind] += bool(wanted)
    assert min(seen[kind] for kind in ("earned", "held", RESERVE, ADVANCE, COST)) > 10, seen


def test_statement_rows_of_random_deals_add_up_to_what_clauses_and_steps_earned():
    for seed in range(DEALS):
        for result in periods_of(seed):
            found = sums_of(result.cells)
            for payee, figures in result.figures["payees"].items():
                for name, amount in figures["earned"].items():
                    minor = found.get((payee, name), 0)
                    assert results.money(minor, result.figures["currency"]) == amount, (seed, name)
