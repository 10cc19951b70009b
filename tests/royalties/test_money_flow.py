"""File in, statement out: intake, matching, runs, ledger, statements, on a small organisation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from foundation import jobs
from foundation.tenancy import tenant_atomic
from royalties.models import (
    Entry,
    MatchKey,
    Run,
    RunResult,
    SalesException,
    SalesFile,
    Statement,
    Transfer,
)
from royalties.selectors import calculations
from royalties.selectors import runs as questions
from royalties.services import exceptions, intake, runs
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


def calculated(org, period="2026-Q1"):
    """Begin and do a run; return it."""
    with tenant_atomic(org.id):
        run, job = runs.begin(period=period, by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        return Run.objects.get(pk=run.pk)


def posted(org, period="2026-Q1"):
    """Calculate and post a period."""
    run = calculated(org, period)
    with tenant_atomic(org.id):
        return runs.post(run_id=run.pk, by=BY, at=NOW)


def payable(org, run):
    """Return what the run pays, by name."""
    with tenant_atomic(org.id):
        return {row["name"]: row["amount"] for row in questions.payable(run)}


def test_certain_lines_are_matched_and_doubt_waits_with_its_money(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
        assert list(
            MatchKey.objects.order_by("number").values_list("work__code", "how", "counts_on")
        )[:2] == [("W-1", "identifier", NOW.date().replace(month=3, day=31))] + [
            ("W-2", "identifier", NOW.date().replace(month=3, day=31))
        ]
        [waiting] = SalesException.objects.all()
        assert (waiting.amount, waiting.currency, waiting.lines) == (Decimal(25), "USD", 1)
        assert "QZ1110000099" in waiting.doubt


def test_the_period_is_run_posted_and_stated(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    run = calculated(org)
    assert (run.state, run.deals, run.uncovered) == ("calculated", 1, [])
    # 20 % of 150.01 is 30.002: 30.00, of which Ana's 18.00 less her advance of 10.00.
    assert payable(org, run) == {"Ana Kestrel": "8.00", "Ben Ode": "12.00"}
    run = posted(org)
    with tenant_atomic(org.id):
        statements = {s.holder.name: s for s in Statement.objects.select_related("holder")}
        ana = statements["Ana Kestrel"]
        assert (ana.earned, ana.payable) == (Decimal("18.00"), Decimal("8.00"))
        assert ana.content["sums"]["recouped"] == "10.00"
        assert ana.content["sums"]["advances"] == "10.00"
        assert Entry.objects.count() == 1
        result = RunResult.objects.get()
        assert calculations.again(result).results_hash == result.results_hash


def test_a_second_calculation_has_the_same_hash_and_leaves_one_run(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    first, second = calculated(org), calculated(org)
    assert first.pk != second.pk
    assert first.results_hash == second.results_hash
    with tenant_atomic(org.id):
        assert Run.objects.get(pk=first.pk).state == "superseded"
        assert RunResult.objects.count() == 1


def test_posting_twice_is_posting_once(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    run = posted(org)
    with tenant_atomic(org.id):
        before = Transfer.objects.count()
        runs.post(run_id=run.pk, by=BY, at=NOW)
        assert Transfer.objects.count() == before
        assert Statement.objects.count() == 2


def test_what_changed_after_the_calculation_stops_the_posting(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    run = calculated(org)
    with tenant_atomic(org.id):
        world.sales(tmp_path, world.LINES[:1], name="late.csv")
    with pytest.raises(runs.RunNotReady, match="changed"), tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)


def test_a_decision_clears_the_queue_and_holds_for_files_to_come(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
        key = SalesException.objects.get().fingerprint
        exceptions.decide(key=key, work_id=setting[0].pk, by=BY, at=NOW)
        assert not SalesException.objects.exists()
        world.sales(tmp_path, [*world.LINES[2:], {**world.LINES[0], "amount": 1}], name="two.csv")
        assert not SalesException.objects.exists()
    # 20 % of 100.00 + 50.01 + 25.00 + 25.00 + 0.01
    run = calculated(org)
    assert payable(org, run) == {"Ana Kestrel": "14.00", "Ben Ode": "16.00"}


def test_a_line_decided_after_the_posting_counts_in_the_next_period(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    posted(org)
    with tenant_atomic(org.id):
        key = SalesException.objects.get().fingerprint
        exceptions.decide(key=key, work_id=setting[0].pk, by=BY, at=NOW)
    run = posted(org, "2026-Q2")
    assert payable(org, run) == {"Ana Kestrel": "3.00", "Ben Ode": "2.00"}


def test_posted_lines_decided_anew_move_in_the_open_period(org, setting, tmp_path):
    with tenant_atomic(org.id):
        other = {**world.DEAL, "deal": "ART-2", "covers": {"work": ["W-3"]}}
        other["payees"] = {"ana": {"name": "Cleo"}, "ben": {"name": "Dov"}}
        other["accounts"] = {}
        other["examples"] = [
            {
                "name": "one",
                "periods": [
                    {
                        "period": "2026-Q1",
                        "lines": [{"work": "W-3", "amount": "10.00"}],
                        "expect": {"ben": {"due": "0.80"}},
                    }
                ],
            }
        ]
        world.signed(other)
        third = world.works.create_many(
            works=[world.NewWork(kind="recording", title="Blue Houre", code="W-3")], at=NOW
        )[0]
        world.sales(tmp_path)
        key = SalesException.objects.get().fingerprint
        exceptions.decide(key=key, work_id=setting[0].pk, by=BY, at=NOW)
    posted(org)
    with tenant_atomic(org.id):
        exceptions.decide(
            key=key, work_id=third.pk, by=BY, at=NOW + timedelta(1), reason="Another song"
        )
        assert MatchKey.objects.get(fingerprint=key).work_id == setting[0].pk
    run = posted(org, "2026-Q2")
    # 25.00 moves: 3.00 and 2.00 out of Ana and Ben, into Cleo and Dov.
    assert payable(org, run) == {
        "Ana Kestrel": "0.00", "Ben Ode": "0.00", "Cleo": "3.00", "Dov": "2.00",
    }  # fmt: skip
    with tenant_atomic(org.id):
        [carried] = RunResult.objects.filter(run=run, deal__code="ART-1").values_list(
            "closing", flat=True
        )
        assert carried["accounts"]["ben"]["carried"] == "-2.00"


def test_a_file_is_taken_once_and_taken_back_while_unposted(org, setting, tmp_path):
    with tenant_atomic(org.id):
        first = world.sales(tmp_path)
        assert world.sales(tmp_path) == first
        assert SalesFile.objects.count() == 1
        intake.take_back(file_id=first, reason="Wrong file", by=BY, at=NOW)
        assert not SalesException.objects.exists()
        assert world.sales(tmp_path) != first
    posted(org)
    with tenant_atomic(org.id):
        last = SalesFile.objects.get(reversed_at=None).pk
    with pytest.raises(intake.AlreadyPosted), tenant_atomic(org.id):
        intake.take_back(file_id=last, reason="Wrong", by=BY, at=NOW)


def test_periods_run_in_order_and_closed_ones_stay_closed(org, setting, tmp_path):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    posted(org)
    for period, refusal in [("2026-Q1", runs.PeriodClosed), ("2026-Q3", runs.PeriodOutOfOrder)]:
        with pytest.raises(refusal), tenant_atomic(org.id):
            runs.begin(period=period, by=BY, at=NOW)


@pytest.mark.parametrize("model", [Run, RunResult, Entry, Transfer, Statement])
def test_what_is_posted_never_changes(org, setting, tmp_path, model):
    with tenant_atomic(org.id):
        world.sales(tmp_path)
    posted(org)
    for change in (lambda rows: rows.update(id="0" * 32), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), tenant_atomic(org.id), transaction.atomic():
            change(model.objects.all())
