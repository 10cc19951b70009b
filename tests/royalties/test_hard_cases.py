"""What would pay twice, or not at all, is refused or put right."""

import copy

import pytest

from foundation import jobs
from foundation.tenancy import tenant_atomic
from kernel.period import Period
from royalties.engine.errors import DealInvalid
from royalties.models import MatchKey, RunResult, Statement
from royalties.selectors import plans, verification
from royalties.selectors import runs as questions
from royalties.services import deals, exceptions, given, runs
from territories.services import groups, venues
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting(org):
    """Works and a signed deal."""
    with tenant_atomic(org.id):
        rows = world.catalogue()
        world.signed(world.DEAL)
    return rows


def calculated(org, period, at=NOW):
    """Begin and do a run; return its id."""
    with tenant_atomic(org.id):
        run, job = runs.begin(period=period, by=BY, at=at)
    assert jobs.work(org.id, job) == "done"
    return run.pk


def posted(org, period):
    """Calculate and post a period."""
    run = calculated(org, period)
    with tenant_atomic(org.id):
        questions.sound(run)
        return runs.post(run_id=run, by=BY, at=NOW)


@pytest.mark.parametrize("change", [{"period": "half"}, {"year_starts": "04-01"}])
def test_a_signed_deal_keeps_its_accounting_periods(org, setting, change):
    document = copy.deepcopy(world.DEAL)
    document["accounting"] |= change
    with tenant_atomic(org.id), pytest.raises(deals.DealRefused, match="another code"):
        deals.enter(document=document, by=BY, at=NOW)


def test_a_version_that_drops_what_has_a_balance_is_refused(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    posted(org, "2026-Q1")
    document = copy.deepcopy(world.DEAL)
    del document["payees"]["ben"]
    document["splits"] = {"band": {"percent": {"ana": "100"}}}
    document["examples"][0]["periods"][0]["expect"] = {"ana": {"due": "20.00"}}
    with tenant_atomic(org.id), pytest.raises(deals.DealRefused, match="balances"):
        deals.enter(document=document, by=BY, at=NOW)


def test_two_payees_of_a_deal_are_two_holders(org):
    document = copy.deepcopy(world.DEAL)
    document["payees"]["ben"]["name"] = "Ana Kestrel"
    with tenant_atomic(org.id), pytest.raises(DealInvalid, match="same holder"):
        deals.enter(document=document, by=BY, at=NOW)


def test_the_first_run_leaves_nothing_behind(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    with tenant_atomic(org.id), pytest.raises(runs.PeriodOutOfOrder, match="2026-03-31"):
        runs.begin(period="2026-Q2", by=BY, at=NOW)


def test_a_late_line_converts_at_the_rate_of_its_own_day(org, tmp_path):
    document = {**world.DEAL, "fx": {"source": "ECB", "at": "sold_on"}}
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        rates = [{"currency": "USD", "on": f"2026-0{m}-05", "rate": "1.10"} for m in range(1, 7)]
        given.enter_rates(source="ECB", pivot="EUR", rows=rates, by=BY, at=NOW)
        world.sales(tmp_path, world.LINES[:1])
    posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        late = {**world.LINES[0], "currency": "EUR", "sold_on": "2026-02-10"}
        world.sales(tmp_path, [late], name="late.csv")
    run = posted(org, "2026-Q2")
    with tenant_atomic(org.id):
        # 100.00 EUR are 110.00 USD: 20 % is 22.00, of which Ben's 40 % is 8.80.
        paid = {row["name"]: row["amount"] for row in questions.payable(run)}
        assert paid["Ben Ode"] == "8.80"
        assert verification.verify(recompute=True)["ok"]


def test_a_rate_entered_after_a_run_began_is_no_part_of_what_it_knew(org, tmp_path):
    document = {**world.DEAL, "fx": {"source": "ECB", "at": "period_end"}}
    rate = {"currency": "USD", "on": "2026-03-30", "rate": "1.10"}
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        given.enter_rates(source="ECB", pivot="EUR", rows=[rate], by=BY, at=NOW.replace(day=1))
        world.sales(tmp_path, [{**world.LINES[0], "currency": "EUR"}])
    posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        early = NOW.replace(hour=0, minute=0) if NOW.hour else NOW.replace(day=2)
        given.enter_rates(
            source="ECB", pivot="EUR", rows=[{**rate, "rate": "1.20"}], by=BY, at=early
        )
        assert verification.verify(recompute=True)["ok"]


def test_a_moved_decision_isnt_simply_undone(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        key = MatchKey.objects.get(isrc="QZ1110000001").fingerprint
        rule = exceptions.decide(key=key, work_id=setting[1].pk, by=BY, at=NOW)
        with pytest.raises(exceptions.Posted):
            exceptions.undo(rule_id=rule.pk, reason="Mistake", by=BY, at=NOW)


def test_monthly_periods_of_a_quarter_show_their_first_and_last_balances(org, tmp_path):
    document = copy.deepcopy(world.DEAL)
    document["accounting"]["period"] = "month"
    document["accounts"] = {}
    document["examples"][0]["periods"][0]["period"] = "2026-01"
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        world.sales(tmp_path, [{**world.LINES[0], "amount": -10000}], period="2026-01")
        world.sales(tmp_path, [{**world.LINES[0], "amount": 1000}], period="2026-02", name="b")
        world.sales(tmp_path, [{**world.LINES[0], "amount": 1000}], period="2026-03", name="c")
    run = posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        sums = Statement.objects.get(run=run, holder__name="Ana Kestrel").content["sums"]
        # -12.00, then 1.20 twice: nothing carried in, 9.60 below zero carried out.
        assert (sums["carried_in"], sums["earned"], sums["carried_out"]) == (
            "0.00", "-9.60", "-9.60",
        )  # fmt: skip
        assert RunResult.objects.filter(run=run).count() == 3


def test_lines_that_no_clause_takes_are_told(org, tmp_path):
    document = copy.deepcopy(world.DEAL)
    document["income"][0]["where"] = {"channel": ["download"]}
    document["examples"][0]["periods"][0]["lines"][0]["channel"] = "download"
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        world.sales(tmp_path)
    run = calculated(org, "2026-Q1")
    with tenant_atomic(org.id):
        [told] = questions.summary(run)["untaken"]
        assert (told["deal"], told["lines"], told["amount"]) == ("ART-1", 2, "150.01")


def test_very_large_results_are_told_and_posted(org, setting, tmp_path):
    big = {**world.LINES[0], "amount": 9 * 10**16}
    with tenant_atomic(org.id):
        world.sales(tmp_path, [big, {**big, "units": 2}])
    run = posted(org, "2026-Q1")
    with tenant_atomic(org.id):
        assert len(questions.payable(run)) == 2
        assert verification.verify()["ok"]


def test_a_group_that_means_something_else_makes_a_calculated_run_stale(org, tmp_path):
    document = copy.deepcopy(world.DEAL)
    document["income"][0]["where"] = {"territory": "HOME"}
    document["examples"][0]["periods"][0]["lines"][0]["territory"] = "US"

    def home(expression, day):
        groups.define(
            code="HOME",
            name="Home",
            expression=expression,
            period=None,
            actor=BY,
            at=NOW.replace(day=day),
        )

    with tenant_atomic(org.id):
        world.catalogue()
        home("US", 1)
        world.signed(document)
        world.sales(tmp_path, [world.LINES[0], {**world.LINES[0], "territory": "CA"}])
    run = calculated(org, "2026-Q1")
    before = hash_of(org, "2026-Q1")
    with tenant_atomic(org.id):
        home("CA + US - CA", 11)  # other words for the same
    assert hash_of(org, "2026-Q1") == before
    with tenant_atomic(org.id):
        home("CA + US", 12)
    assert hash_of(org, "2026-Q1") != before
    with tenant_atomic(org.id), pytest.raises(runs.RunNotReady, match=r"groups.*Calculate it anew"):
        runs.post(run_id=run, by=BY, at=NOW)
    run = calculated(org, "2026-Q1", at=NOW.replace(day=13))
    with tenant_atomic(org.id):
        runs.post(run_id=run, by=BY, at=NOW)
        assert RunResult.objects.get(run=run).figures["payees"]["ben"]["payable"] == "16.00"


def test_a_venue_that_becomes_known_makes_a_calculated_run_stale(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path, [{**world.LINES[0], "territory": "LOC:HALL"}])
    run = calculated(org, "2026-Q1")
    with tenant_atomic(org.id):
        venues.add(code="LOC:HALL", name="Hall", territory="US", actor=BY, at=NOW)
        with pytest.raises(runs.RunNotReady, match="groups"):
            runs.post(run_id=run, by=BY, at=NOW)


def hash_of(org, period):
    """Return the hash of what a run of the period would read now."""
    with tenant_atomic(org.id):
        return plans.inputs_hash(plans.steps(Period.of(period)))
