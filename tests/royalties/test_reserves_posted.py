"""A reserve from the run to the ledger and the statement, and back again in the next period."""

import pytest

from foundation.tenancy import tenant_atomic
from royalties.documents import accounts as documents
from royalties.models import Account, RunResult, Statement, Transfer
from royalties.selectors import calculations, deal_pages, statements
from tests.royalties import world

pytestmark = pytest.mark.django_db

RESERVES = [{"id": "returns", "percent": "50", "clauses": ["streams"], "release": ["100"]}]


@pytest.fixture
def setting(org, tmp_path):
    """Works, sales, and a signed deal in which half of Ben's earnings is kept for a period."""
    deal = {**world.DEAL, "examples": []}
    deal["accounts"] = {**deal["accounts"], "ben": {"reserves": RESERVES}}
    deal["examples"] = [
        {
            "name": "half is kept",
            "periods": [
                {
                    "period": "2026-Q1",
                    "lines": [{"work": "W-1", "units": 1, "amount": "100.00"}],
                    "expect": {"ben": {"due": "4.00"}},
                }
            ],
        }
    ]
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(deal)
        world.sales(tmp_path)


def on_reserve():
    """Return the smallest units that stand on accounts of reserves."""
    [account] = Account.objects.filter(kind="reserve")
    moved = Transfer.objects.filter(debit=account) | Transfer.objects.filter(credit=account)
    return sum(t.amount if t.credit_id == account.pk else -t.amount for t in moved)


def test_a_reserve_is_posted_stated_and_released(org, setting):
    world.posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        assert on_reserve() == 600
        mine = Statement.objects.get(holder__name="Ben Ode", period="2026-Q1")
        sums = mine.content["sums"]
        assert (sums["earned"], sums["reserve_withheld"], sums["payable"]) == (
            "12.00", "6.00", "6.00",
        )  # fmt: skip
        shown = statements.shown(mine)
        assert ("Reserve withheld", "-6.00") in [(s.label, s.amount) for s in shown.steps]
        [account] = documents.of(shown.parts, "USD")
        kept = next(line for line in account.lines if line.name == "reserve_withheld:returns")
        assert (kept.label, kept.amount) == ("Returns", "-6.00")
        result = RunResult.objects.get(period="2026-Q1")
        assert calculations.again(result).results_hash == result.results_hash
        ben = next(x for x in deal_pages.accounts(result.closing) if x.payee == "ben")
        assert ben.reserves == {"returns": "6.00"}
    world.posted(org, "2026-Q2")
    with tenant_atomic(org.id):
        assert on_reserve() == 0
        mine = Statement.objects.get(holder__name="Ben Ode", period="2026-Q2")
        assert mine.content["sums"]["reserve_released"] == "6.00"
        assert mine.payable == 6
