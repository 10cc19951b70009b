"""Costs, tables and exchange rates reach the calculation, each kept as it was known."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from royalties.engine.errors import TableInvalid
from royalties.models import Cost, FxRate, RateTable, RunResult
from royalties.selectors import deals
from royalties.selectors import runs as questions
from royalties.services import given, runs
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


def told(*command, **more):
    """Return what a command answers as JSON."""
    out = StringIO()
    call_command(*command, stdout=out, json=True, **more)
    return json.loads(out.getvalue())


def test_sales_in_another_currency_convert_at_the_sources_rate(org, tmp_path):
    document = {**world.DEAL, "fx": {"source": "ECB", "at": "period_end"}}
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        world.sales(tmp_path, [{**world.LINES[0], "currency": "EUR"}])
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    jobs.work(org.id, job)
    with tenant_atomic(org.id), pytest.raises(questions.RunFailed, match="ART-1"):
        questions.sound(run.pk)
    rates = tmp_path / "ecb.csv"
    rates.write_text("Date,USD,JPY,XAU\n2026-03-30,1.25,160,\n2026-03-27,1.20,N/A,\n")
    answer = told("import_fx", str(rates), org=org.slug, source="ECB", pivot="EUR")
    assert answer == {"source": "ECB", "new": 3, "known": 0}
    with tenant_atomic(org.id):
        run, job = runs.begin(period="2026-Q1", by=BY, at=timezone.now())
    jobs.work(org.id, job)
    with tenant_atomic(org.id):
        # 100.00 EUR are 125.00 USD: 20 % is 25.00, of which Ben's 40 % is 10.00.
        questions.sound(run.pk)
        [ben] = [p for p in questions.payable(run) if p["name"] == "Ben Ode"]
        assert ben["amount"] == "10.00"


def test_a_rate_that_changes_supersedes_the_one_known(org):
    rows = [{"currency": "USD", "on": "2026-03-30", "rate": "1.25"}]
    with tenant_atomic(org.id):
        enter = {"source": "ECB", "pivot": "EUR", "by": BY, "at": NOW}
        assert given.enter_rates(rows=rows, **enter).new == 1
        assert given.enter_rates(rows=rows, **enter).known == 1
        assert given.enter_rates(rows=[{**rows[0], "rate": "1.26"}], **enter).new == 1
        assert FxRate.objects.get(superseded_at=None).rate == Decimal("1.26")
        assert FxRate.objects.count() == 2


@pytest.mark.parametrize(
    "row",
    [
        {"currency": "EUR", "on": "2026-03-30", "rate": "1"},
        {"currency": "USD", "on": "30.03.2026", "rate": "1"},
        {"currency": "USD", "on": "2026-03-30", "rate": "0"},
        {"currency": "ZZZ", "on": "2026-03-30", "rate": "1"},
        {"currency": "USD", "on": "2026-03-30"},
    ],
)
def test_a_wrong_rate_is_refused_with_its_row(org, row):
    with tenant_atomic(org.id), pytest.raises(given.BadRates, match="Row 1"):
        given.enter_rates(source="ECB", pivot="EUR", rows=[row], by=BY, at=NOW)


def test_costs_enter_once_and_are_recouped(org, tmp_path):
    document = {**world.DEAL, "accounts": {"ben": {"costs": [{"id": "rec", "category": ["rec"]}]}}}
    document["accounts"]["ben"]["costs"][0]["percent"] = "100"
    file = tmp_path / "costs.csv"
    file.write_text("category,amount,date\nrec,5.00,2026-02-01\n")
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document)
        world.sales(tmp_path)
    file.write_text("category,amount,date\nrec,2.00,2026-02-01\n")
    told("import_costs", str(file), org=org.slug, deal="ART-1")
    file.write_text("category,amount,date\nrec,2.00,2026-02-01\nrec,3.00,2026-02-01\n")
    first = told("import_costs", str(file), org=org.slug, deal="ART-1")
    assert first == {"deal": "ART-1", "new": 1, "known": 1}
    assert told("import_costs", str(file), org=org.slug, deal="ART-1")["known"] == 2
    answer = told("run_royalties", org=org.slug, period="2026-Q1", post=True)
    # Ben's 12.00 less 5.00 of recording costs.
    assert {p["name"]: p["amount"] for p in answer["payable"]}["Ben Ode"] == "7.00"
    with tenant_atomic(org.id):
        given.enter_costs(
            deal=deals.by_code("ART-1"),
            rows=[{"category": "rec", "amount": "1.00", "date": "2026-02-01"}],
            source="late",
            by=BY,
            at=NOW,
        )
        assert Cost.objects.get(amount="1.00").counts_on == date(2026, 4, 1)
        with pytest.raises(TableInvalid):
            given.enter_costs(
                deal=deals.by_code("ART-1"),
                rows=[{"category": "rec", "amount": "x", "date": "2026-02-01"}],
                source="bad",
                by=BY,
                at=NOW,
            )


def test_a_table_has_numbers_and_a_result_keeps_the_one_it_used(org, tmp_path):
    file = tmp_path / "rates.csv"
    file.write_text("territory,from,to,per_unit\nUS,2026-01-01,2026-12-31,0.12\n")
    assert told("import_table", str(file), org=org.slug, name="mech")["number"] == 1
    assert told("import_table", str(file), org=org.slug, name="mech")["number"] == 1
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    told("run_royalties", org=org.slug, period="2026-Q1")
    file.write_text("territory,from,to,per_unit\nUS,2026-01-01,2026-12-31,0.13\n")
    assert told("import_table", str(file), org=org.slug, name="mech")["number"] == 2
    with tenant_atomic(org.id):
        assert RunResult.objects.get().inputs["tables"] == {"mech": 1}
        assert RateTable.objects.count() == 2


def test_a_deal_opens_with_the_balances_it_was_signed_with(org, tmp_path):
    opening = {"accounts": {"ana": {"unrecouped": {"signing": "30.00"}}}}
    document = json.loads(json.dumps(world.DEAL))
    document["accounts"]["ana"]["advances"][0]["on"] = "2025-01-15"
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(document, opening=opening)
        world.sales(tmp_path)
    answer = told("run_royalties", org=org.slug, period="2026-Q1", post=True)
    assert {p["name"]: p["amount"] for p in answer["payable"]}["Ana Kestrel"] == "0.00"
    assert told("verify_ledger", org=org.slug, recompute=True)["ok"]


def test_the_command_asks_for_a_signature_in_somebodys_name(org, tmp_path):
    file = tmp_path / "deal.json"
    file.write_text(json.dumps(world.DEAL))
    with tenant_atomic(org.id):
        analyst = world.person("analyst", permissions.ANALYST)
    answer = told("import_deal", str(file), org=org.slug, ask="Contract", by=analyst.email)
    assert answer["change_request"]
    with pytest.raises(DomainError, match="Nobody"):
        call_command("import_deal", str(file), org=org.slug, ask="x", by="nobody@example.org")
