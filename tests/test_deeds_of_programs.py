"""Every management command and background task: whose rows it enters, and what it records (P1).

Each declares how it enters organisations (``foundation.enters``); here each is run in a world of
two organisations, and what it opened is held against that. What changes something writes its
events, and changes nothing where they can't be written. A new command or task fails here until it
has a line.
"""

import json
from importlib import import_module
from io import StringIO

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.db import connections
from django.utils.module_loading import autodiscover_modules

from accounts import permissions
from audit.models import Event
from audit.services import events
from catalog.models import Work
from foundation import tenancy
from foundation.enters import Enters
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.services import holders
from royalties.models import SalesException
from territories.services import venues
from tests import factories
from tests.integrations.test_avails_files import DOCUMENT
from tests.integrations.test_own_profiles import DOCUMENTED
from tests.royalties import world
from tests.royalties.test_statement_pages import posted
from tests.territories import mmdb

OURS = sorted(
    name
    for name, module in get_commands().items()
    if isinstance(module, str) and apps.is_installed(module) and import_module(module).__file__
    and ".venv" not in (import_module(module).__file__ or "")
)  # fmt: skip
# Not run here, each with its reason; what they declare is held to be there all the same.
ELSEWHERE = {
    "migrate": "the test database is made by it",
    "flush": "empties the database",
    "bootstrap_database": "the test cluster is made by it",
    "load_demo": "tests/demo runs it",
    "demo_accounts": "tells texts of a demo alone; tests/demo runs it",
    "demo_code": "a demo's alone; tests/demo runs it",
    "import_tis": "reference rows, as the owner; tests/territories runs it",
}
# Command: arguments, and the events that it writes, in their order.
ORG = "harbour"
COMMANDS = {
    "add_organisation": (["quarry", "--name", "Quarry"], ["accounts.organisation.founded"]),
    "add_person": (["new@x.example", "--role", "ops", "--org", ORG],
                   ["accounts.role.given"]),
    "make_superuser": (["{person}", "--org", ORG], ["accounts.operator.made"]),
    "api_client": (["--name", "Feed", "--scopes", "catalog.work.view", "--org", ORG],
                   ["accounts.client.made"]),
    "export_audit": (["--out", "{folder}/audit", "--org", ORG], []),
    "verify_audit": ([], []),
    "signing_keys": ([], []),
    "rotate_keys": ([], ["audit.keys.rotated", "audit.keys.rewrapped"]),
    "rewrap_keys": ([], []),
    "destroy_keys": (["--org", ORG, "--confirm", ORG], ["audit.keys.destroyed"]),
    "import_profile": (["{folder}/profile.json", "--org", ORG], ["integrations.profile.entered"]),
    "import_sales": (["{folder}/new.csv", "--org", ORG, "--json"],
                     ["integrations.import.begun", "integrations.import.validated",
                      "royalties.sales.accepted", "integrations.import.committed"]),
    "check_rights": (["{work}", "--right", "master", "--territory", "DE", "--org", ORG], []),
    "explicit_rules": (["--forbid", "DE", "--basis", "House style", "--org", ORG],
                       ["territories.explicit_rule.laid_down"]),
    "geoip_update": (["{folder}/places.mmdb"], []),
    "venue_token": (["LOC:HALL", "--org", ORG], ["territories.venue.token_made"]),
    "avails": (["--right", "svod", "--territory", "DE", "--org", ORG], []),
    "check_avails": (["{folder}/avails.xml"], []),
    "rights": (["--holder", "{holder}", "--org", ORG], []),
    "compliance_report": (["--licensee", "{holder}", "--period", "2026-Q1", "--org", ORG], []),
    "calculate": (["{folder}/deal.json", "{folder}/lines.csv", "--period", "2026-Q1"], []),
    "exceptions": (["--decide", "{key}", "--work", "W-1", "--org", ORG],
                   ["royalties.match.decided"]),
    "import_costs": (["{folder}/costs.csv", "--deal", "ART-1", "--org", ORG],
                     ["royalties.costs.entered"]),
    "import_deal": (["{folder}/other.json", "--org", ORG], ["royalties.deal.entered"]),
    "import_license": (["{folder}/license.json", "--org", ORG], ["licenses.license.entered"]),
    "import_fx": (["{folder}/fx.csv", "--source", "ECB", "--pivot", "EUR", "--org", ORG],
                  ["royalties.rates.entered"]),
    "import_table": (["{folder}/table.csv", "--name", "mech", "--org", ORG],
                     ["royalties.table.entered"]),
    "run_royalties": (["--period", "2026-Q2", "--org", ORG],
                      ["royalties.run.begun", "royalties.run.calculated"]),
    "statement": (["--payee", "ben", "--period", "2026-Q1", "--format", "csv",
                   "--out", "{folder}/ben.csv", "--org", ORG], []),
    "verify_ledger": (["--json"], []),
    "webhooks": (["--org", ORG], []),
    "import_rates": (["{folder}/rates.csv", "--org", ORG], ["territories.rates.loaded"]),
}  # fmt: skip
LICENSE = {
    "format": "mediatrack.license/1", "license": "L-1", "title": "North", "licensee": "NORD",
    "signed_on": "2026-01-05", "term": {"start": "2026-01-01", "end": None}, "currency": "EUR",
    "fee": "0", "grants": [{"clause": "1", "works": ["W-1"], "rights": ["master_stream"],
                            "territory": "US", "exclusive": True}],
}  # fmt: skip
TASKS = {
    "foundation.tasks.pulse", "foundation.tasks.sweep_jobs", "foundation.tasks.forget_answers",
    "foundation.tasks.destroy_files", "foundation.tasks.make_partitions", "audit.tasks.seal_events",
    "audit.tasks.sign_checkpoints", "audit.tasks.drain_deliveries",
    "foundation.tasks.work_job", "notifications.tasks.send_digests",
    "integrations.tasks.forget_uploads", "integrations.tasks.send_webhooks",
    "royalties.tasks.publish_due",
    "licenses.tasks.keep_licenses",
}  # fmt: skip


@pytest.fixture
def opened(monkeypatch):
    """The organisations that are opened from now on."""
    seen, inner = set(), tenancy._walled

    def walled(org_id, using):
        seen.add(org_id)
        return inner(org_id, using)

    monkeypatch.setattr(tenancy, "_walled", walled)
    return seen


@pytest.fixture
def setting(org, other_org, tmp_path, settings):
    """Two organisations with people and sealed events; the first has a posted quarter, and files
    to import. Return what the arguments of commands are filled in with."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    person = factories.person(org, permissions.ADMINISTRATOR, email="ada@harbour.example")
    factories.person(other_org, permissions.LEGAL)
    statement = posted(org, tmp_path)["Ben Ode"]
    files = {
        "new.csv": "title,amount,currency,sold_on\nBlue Hour,1.00,USD,2026-05\n",
        "costs.csv": "category,amount,date\nrec,5.00,2026-05-01\n",
        "fx.csv": "Date,USD\n2026-03-30,1.25\n",
        "table.csv": "territory,from,to,per_unit\nUS,2026-01-01,2026-12-31,0.12\n",
        "lines.csv": "work,amount\nW-1,100.00\n",
        "deal.json": json.dumps(world.DEAL),
        "other.json": json.dumps({**world.DEAL, "deal": "ART-2"}),
        "license.json": json.dumps(LICENSE),
        "rates.csv": "territory,right_type,starts,ends,kind,value,per_minute,currency,basis,"
        "source\nUS,mechanical,2026-01-01,2026-12-31,per_unit,0.15,,USD,,Deal memo 7\n",
        "profile.json": json.dumps(DOCUMENTED),
        "avails.xml": DOCUMENT,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    mmdb.write(tmp_path / "places.mmdb", {"192.0.2.0/24": mmdb.place("DE")})
    settings.GEOIP_DIR = tmp_path / "geoip"
    with tenant_atomic(org.id):
        venues.add(
            code="LOC:HALL", name="Hall", territory="DE", actor=factories.TESTS,
            at=factories.LONG_AGO,
        )  # fmt: skip
        key = SalesException.objects.get().fingerprint
        holders.register(kind="other", name="Nord", code="NORD", actor=factories.TESTS,
                         at=factories.LONG_AGO)  # fmt: skip
        work = str(Work.objects.values_list("pk", flat=True)[0])
    holder, folder = str(statement.holder_id), str(tmp_path)
    return {"person": person.email, "key": key, "holder": holder, "work": work, "folder": folder}


def run(name, setting):
    """Run a command of the table."""
    call_command(name, *(each.format(**setting) for each in COMMANDS[name][0]), stdout=StringIO())


def recorded(*organisations):
    """Return how many events each organisation has, and the codes of all, in their order."""
    found = []
    for each in organisations:
        with tenant_atomic(each.id):
            found += [(event.pk, event.code) for event in Event.objects.order_by("at", "id")]
    return dict(found)


def contents(link):
    """Return how many rows every table has, but those of jobs and partitions' parents."""
    rows = link.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
    ).fetchall()
    skipped = ("foundation_job",)
    return {
        name: link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in rows
        if name not in skipped
    }


def test_every_command_says_how_it_enters_and_is_tried():
    undeclared = [
        name
        for name in OURS
        if not isinstance(
            getattr(load_command_class(get_commands()[name], name), "enters", None), Enters
        )
    ]
    assert undeclared == []
    assert sorted(set(OURS) - COMMANDS.keys() - ELSEWHERE.keys()) == []
    assert sorted((COMMANDS.keys() | ELSEWHERE.keys()) - set(OURS)) == []


@pytest.fixture
def every_task():
    """Every app's tasks, registered."""
    autodiscover_modules("tasks")
    current_app.loader.import_default_modules()


def test_every_task_says_how_it_enters_and_is_tried(every_task):
    ours = {
        name: task
        for name, task in current_app.tasks.items()
        if apps.is_installed(name.split(".")[0]) and not name.startswith("tests.")
    }
    assert {n for n, task in ours.items() if not isinstance(task.enters, Enters)} == set()
    assert ours.keys() == TASKS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_enters_what_it_says_and_writes_its_events(name, setting, org, other_org, opened):
    before = recorded(org, other_org)
    opened.clear()
    run(name, setting)
    entered = set(opened)
    declared = load_command_class(get_commands()[name], name).enters
    both = {org.id, other_org.id}
    if declared is Enters.EACH:
        assert entered == both
    elif declared is Enters.NONE:
        assert entered == set()
    else:
        assert len(entered) == 1
        assert other_org.id not in entered
    if org.id in entered or not entered:
        after = recorded(org, other_org)
        fresh = [code for pk, code in after.items() if pk not in before]
        wanted = COMMANDS[name][1] * (2 if declared is Enters.EACH else 1)
        assert sorted(fresh) == sorted(wanted)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(name for name, (_, wrote) in COMMANDS.items() if wrote))
def test_a_command_whose_event_cannot_be_written_changes_nothing(
    name, setting, org, monkeypatch, superuser
):
    def broken(*args, **kwargs):
        raise RuntimeError("the trail is full")

    before = contents(superuser)
    monkeypatch.setattr(events, "_write", broken)
    with pytest.raises(RuntimeError, match="the trail is full"):
        run(name, setting)
    connections.close_all()
    assert contents(superuser) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_enters_what_it_says(name, setting, org, other_org, opened, every_task):
    task = current_app.tasks[name]
    given = {}
    if task.enters is Enters.ONE:
        with tenant_atomic(org.id):
            given = {"org_id": str(org.id), "job_id": str(Job.objects.first().pk)}
    opened.clear()
    task(**given)
    wanted = {
        Enters.EACH: {org.id, other_org.id},
        Enters.NONE: set(),
        Enters.ONE: {org.id},
    }[task.enters]
    assert opened == wanted


def test_the_probe_finds_a_command_that_enters_more_than_it_says(org, other_org, opened):
    with tenant_atomic(org.id):
        pass
    with tenant_atomic(other_org.id):
        pass
    assert opened == {org.id, other_org.id}
