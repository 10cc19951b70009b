"""The search over everything: identifiers jump, names are found, and only what is one's own."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts import finders, permissions
from accounts.models import User
from audit import context
from audit.services import events
from foundation import jobs
from foundation.models import StoredFile
from foundation.tenancy import tenant_atomic
from integrations.models import Import, TableImport, WebhookEndpoint
from royalties.models import Account, Entry, Question, SalesException, SalesFile, Statement
from tests import access_matrix, factories
from tests.matrix import World, workbench
from tests.royalties import world as royal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST, name="Ana Kestrel")


@pytest.fixture
def made(org, other_org, ana):
    """A statement, an exception and a job."""
    with tenant_atomic(org.pk):
        world = World(org=org, other_org=other_org, people={"financial_analyst": ana})
        exception = SalesException.objects.create(
            fingerprint="a1b2c3d4",
            currency="EUR",
            title="Blue Hour",
            artist="The Harbour",
            keys=1,
            lines=1,
            amount=1,
            since=NOW,
        )
        file = StoredFile.objects.create(
            sha256="f" * 64, size=1, name="spring.csv", media_type="text/csv",
            key_id="k", wrapped_key=b"k", created_at=NOW,
        )  # fmt: skip
        taken = Import.objects.create(
            file=file, file_name="spring.csv", sha256="f" * 64, size=1, state="detected",
            period="2026-Q1",
            **{name: NOW for name in moments(Import)}, **{name: ana.pk for name in keys(Import)},
        )  # fmt: skip
        return {
            "statement": access_matrix.statement(world),
            "exception": exception,
            "import": taken,
            "job": jobs.enqueue("tests.search", {}, actor=ana),
        }


def moments(model):
    """Return the moments that a row must have."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "DateTimeField" and not field.null
    ]


def keys(model):
    """Return the plain keys that a row must have."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "UUIDField"
        and not field.null
        and field.name not in ("id", "org_id")
    ]


def browser(person):
    """Sign somebody in."""
    return factories.sign_in(Client(), person)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("statement", "2026-Q1-00001"),
        ("statement", "2026-q1-00001"),
        ("statement", "{pk}"),
        ("exception", "a1b2c3d4"),
        ("import", "{pk}"),
        ("import", "F" * 64),
        ("import", "SHA-256: " + "F" * 64),
        ("job", "UUID: {pk}"),
        ("job", "  {pk} "),
    ],
)
def test_an_identifier_goes_to_its_page_at_once(ana, made, name, typed):
    answer = browser(ana).get("/search/", {"q": typed.format(pk=made[name].pk)})
    assert answer.status_code == 302
    page = {"exception": "a1b2c3d4"}.get(name, str(made[name].pk))
    assert answer["Location"].endswith(f"/{page}/")


def test_a_rule_and_a_sales_file_go_to_their_pages(org, other_org, ana):
    with tenant_atomic(org.pk):
        world = World(org=org, other_org=other_org, people={"financial_analyst": ana})
        rule = workbench.rule(world)
        file = SalesFile.objects.order_by("pk").first()
    for page, key in (("exceptions/rules", rule.pk), ("sales", file.pk)):
        answer = browser(ana).get("/search/", {"q": str(key)})
        assert answer["Location"] == f"/{page}/{key}/"


def test_a_question_an_account_and_an_entry_go_to_their_pages(org, tmp_path):
    """What posting a period writes, and what a payee asks about it."""
    with tenant_atomic(org.pk):
        royal.catalogue()
        royal.signed(royal.DEAL)
        royal.sales(tmp_path)
    royal.posted(org)
    analyst = browser(factories.person(org, permissions.ANALYST))
    with tenant_atomic(org.pk):
        account = Account.objects.filter(kind="payable").first()
        entry = Entry.objects.first()
        statement = Statement.objects.first()
        question = Question.objects.create(
            statement=statement,
            amount=1,
            author=org.pk,
            text="Why so little?",
            asked_at=NOW,
            waits_since=NOW,
        )
    for typed, page in (
        (str(account.pk), f"/ledger/accounts/{account.pk}/"),
        (entry.reference, f"/ledger/entries/{entry.pk}/"),
        (str(question.pk), f"/questions/{question.pk}/"),
    ):
        assert analyst.get("/search/", {"q": typed})["Location"] == page
    shown = analyst.get("/search/", {"q": "so little"}).content.decode()
    assert f"Question about {statement.number}" in shown
    ops = browser(factories.person(org, permissions.OPS))
    assert "so little?" not in ops.get("/search/", {"q": "so little"}).content.decode()


def test_claims_conflicts_places_societies_tables_and_webhooks_are_found(org, other_org):
    rights = factories.person(org, permissions.RIGHTS)
    admin = factories.person(org, permissions.ADMINISTRATOR)
    with tenant_atomic(org.pk):
        people = {"rights_manager": rights, "administrator": admin}
        world = World(org=org, other_org=other_org, people=people)
        made = {name: access_matrix.ARGUMENTS[name](world) for name in ("claim", "conflict")}
        claim, conflict = made["claim"], made["conflict"]["pk"]
        table = access_matrix.ARGUMENTS["table"](world)["pk"]
        hook = access_matrix.ARGUMENTS["webhook"](world)["pk"]
        address = WebhookEndpoint.objects.get(pk=hook).url
        name = TableImport.objects.get(pk=table).file_name
    office = browser(rights)
    for key, page in ((conflict, "conflicts"), (table, "tables")):
        assert office.get("/search/", {"q": str(key)})["Location"] == f"/{page}/{key}/"
    at = office.get("/search/", {"q": str(claim["claim"])})["Location"]
    assert at == f"/works/{claim['pk']}/claims/{claim['claim']}/"
    assert "/territories/?in=DE-BY" in office.get("/search/?q=Bayern").content.decode()
    assert office.get("/search/?q=DE-BY")["Location"] == "/territories/?in=DE-BY"
    assert office.get("/search/?q=DACH")["Location"] == "/territories/groups/?group=DACH"
    assert "/societies/?q=GEMA" in office.get("/search/?q=gema").content.decode()
    assert f"/tables/{table}/" in office.get("/search/", {"q": name}).content.decode()
    assert browser(admin).get("/search/", {"q": str(hook)})["Location"] == f"/webhooks/{hook}/"
    assert f"/webhooks/{hook}/" in browser(admin).get("/search/", {"q": address}).content.decode()
    assert f"/webhooks/{hook}/" not in office.get("/search/", {"q": address}).content.decode()


def test_a_request_goes_to_all_that_it_did(org):
    asked = "01a21e92-79f0-76ec-aa5c-edb7ccf02c8b"
    admin = factories.person(org, permissions.ADMINISTRATOR)
    with tenant_atomic(org.pk), context.under(context.Context(request_id=asked)):
        events.record("tests.search.done", subject=admin, actor=admin, at=NOW)
    answer = browser(admin).get("/search/", {"q": asked.upper()})
    assert answer["Location"] == f"/audit/?q={asked}"


def test_a_word_that_only_begins_a_title_stays_in_it(ana):
    for typed in ("ISRC", "Grid of stars"):
        assert typed in browser(ana).get("/search/", {"q": typed}).content.decode()


def test_the_same_in_a_fragment_is_shown_first(ana, made):
    part = browser(ana).get("/search/", {"q": "2026-Q1-00001"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"Exactly" in part.content
    assert b"<h1" not in part.content


def test_names_and_pages_are_found(ana, made):
    shown = browser(ana).get("/search/", {"q": "blue"}).content.decode()
    assert "Blue Hour" in shown
    assert "Statement 2026-Q1-00001" in browser(ana).get("/search/?q=2026-Q1-0000").content.decode()
    assert 'href="/statements/"' in browser(ana).get("/search/?q=statem").content.decode()
    assert "spring.csv" in browser(ana).get("/search/?q=spring").content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "\0", "%", "'; DROP TABLE x", "x" * 500, "ſ" * 3])
def test_anything_may_be_typed(ana, typed):
    assert browser(ana).get("/search/", {"q": typed}).status_code == 200


def test_nobody_finds_what_they_may_not_open(org, other_org, made):
    who = {
        factories.person(org, permissions.OPS): ("statement", "exception"),
        factories.person(org, permissions.CREATOR): ("statement", "exception", "job", "import"),
        factories.person(other_org, permissions.ADMINISTRATOR): tuple(made),
    }
    for person, hidden in who.items():
        for name in hidden:
            answer = browser(person).get("/search/", {"q": str(made[name].pk)})
            assert answer.status_code == 200, name
            assert f'/{made[name].pk}/"' not in answer.content.decode(), name


def test_two_exact_hits_are_both_shown(ana):
    hits = [finders.Hit("One", "/1/", exact=True), finders.Hit("Two", "/2/", exact=True)]
    assert finders.one([finders.Section("X", tuple(hits))]) is None
    assert finders.one([finders.Section("X", (hits[0], hits[0]))]) == hits[0]


def test_settings_change_how_everything_is_written(ana, made, org):
    client = browser(ana)
    assert client.post("/settings/", {"locale": "xx", "zone": "Mars/Base"}).status_code == 422
    said = {"locale": "de", "zone": "Asia/Tokyo"}
    assert client.post("/settings/", said).status_code == 302
    shown = client.get("/settings/").content.decode()
    assert "1.234,50" in shown
    assert 'data-palette=""' in shown  # "/" alone opens nothing any more
    user = User.objects.get(pk=ana.pk)
    assert (user.locale, user.zone, user.single_keys) == ("de", "Asia/Tokyo", False)
    with tenant_atomic(org.pk):
        job = made["job"]
        type(job).objects.filter(pk=job.pk).update(created_at=NOW.replace(hour=20))
    assert timezone.get_current_timezone_name() == "UTC"
    page = client.get("/jobs/?view=").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "2 Mar 2026, 05:00" in page
    assert "No jobs" not in client.get("/jobs/?asked_from=2026-03-02").content.decode()
