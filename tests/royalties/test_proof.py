"""The ledger is verified, amounts explain themselves, and commands say so."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from foundation import jobs
from foundation.tenancy import tenant_atomic
from royalties.models import RunResult, Statement, Transfer
from royalties.selectors import figures, statements, verification, why
from royalties.services import runs
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(org, tmp_path):
    """A posted first quarter."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    jobs.work(org.id, job)
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        yield run


def statement_of(name):
    """Return a holder's statement."""
    return Statement.objects.get(holder__name=name)


def told(*command, **more):
    """Return what a command answers as JSON."""
    out = StringIO()
    call_command(*command, stdout=out, **more)
    return json.loads(out.getvalue())


def test_a_sound_ledger_is_found_sound(posted):
    checked = verification.verify(recompute=True)
    assert (checked["ok"], checked["problems"]) == (True, [])
    assert (checked["entries"], checked["results"], checked["recomputed"]) == (1, 1, 1)


TAMPERING = {
    "UPDATE royalties_transfer SET amount = amount + 1": "entry_differs",
    "UPDATE royalties_statement SET content = content || '{\"x\": 1}'": "statement_changed",
    "UPDATE royalties_salesblock SET data = data || '\\x00'::bytea": "block_changed",
    "UPDATE royalties_salesfile SET lines = lines + 1": "lines_missing",
    "UPDATE royalties_runresult SET closing = jsonb_set(closing, '{accounts,ben,held}', "
    "'\"1.00\"')": "result_changed",
    "UPDATE royalties_entry SET result_id = gen_random_uuid()": "entry_missing",
}


@pytest.mark.django_db(transaction=True)
def test_a_superusers_tampering_is_named(org, tmp_path, superuser):
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    told("run_royalties", org=org.slug, period="2026-Q1", post=True, json=True)
    superuser.execute("SET session_replication_role = replica")
    for statement, code in TAMPERING.items():
        superuser.execute(statement)
        with tenant_atomic(org.id):
            assert code in {each["code"] for each in verification.verify()["problems"]}
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", org=org.slug, stdout=StringIO())
    assert ended.value.code == 1


def test_a_statement_adds_up_and_breaks_down(posted):
    ana = statement_of("Ana Kestrel")
    told_ = statements.shown(ana)
    assert [(step.name, step.amount) for step in told_.steps] == [
        ("carried_in", "0.00"), ("earned", "18.00"), ("recouped", "-10.00"), ("due", "8.00"),
        ("payable", "8.00"),
    ]  # fmt: skip
    table = statements.cells(ana)
    assert figures.total(table, "USD").to_minor() == 1800
    assert [(g.label, g.amount) for g in statements.breakdown(ana, "work")] == [
        ("Blue Hour", "12.00"), ("Low Tide", "6.00"),
    ]  # fmt: skip
    assert [(g.label, g.amount) for g in statements.breakdown(ana, "territory")] == [
        ("United States", "18.00")
    ]


def test_every_amount_opens_down_to_file_and_row(posted):
    ana = statement_of("Ana Kestrel")
    [part] = statements.shown(ana).parts
    [cell] = [row for row in statements.rows(ana) if row["work"] == "W-1"]
    [[line]] = why.lines(ana, part.result, [cell])
    assert (line.name, line.row) == ("partner.csv", 2)
    assert (line.base, line.rate, line.earned) == ("100", "0.2", "20")
    assert why.working(ana, part.result)


def test_run_royalties_and_exceptions_answer_in_their_keys(org, tmp_path):
    with tenant_atomic(org.id):
        works = world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    queue = told("exceptions", org=org.slug, json=True)
    assert set(queue) >= {"open", "money", "items"}
    assert (queue["open"], queue["money"]) == (1, "25")
    [item] = queue["items"]
    assert set(item) >= {"key", "lines", "amount", "currency", "suggestions"}
    assert item["suggestions"][0]["work"] == str(works[0].pk)
    assert item["suggestions"][0]["code"] == "W-1"
    decided = told("exceptions", org=org.slug, decide=item["key"], work="W-1", json=True)
    assert decided["open"] == 0
    first = told("run_royalties", org=org.slug, period="2026-Q1", json=True)
    assert (first["state"], first["deals"], first["lines"]) == ("calculated", 1, 3)
    second = told("run_royalties", org=org.slug, period="2026-Q1", post=True, json=True)
    assert (second["state"], second["results_hash"]) == ("posted", first["results_hash"])
    assert [(p["amount"], p["currency"]) for p in second["payable"]] == [
        ("14.00", "USD"), ("11.00", "USD"),
    ]  # fmt: skip
    again = told("run_royalties", org=org.slug, period="2026-Q1", post=True, json=True)
    assert again == second
    checked = told("verify_ledger", org=org.slug, recompute=True, json=True)
    assert checked["ok"]
    with tenant_atomic(org.id):
        assert RunResult.objects.count() == 1
        assert Transfer.objects.exists()
