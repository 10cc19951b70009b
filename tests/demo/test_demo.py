"""The demo: made from a seed, the same every time, each organisation behind its own wall."""

import re
from collections import Counter
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import ChangeRequest, Membership, Organisation, User
from accounts.permissions import CLIENT, ROLES
from catalog import identifiers
from catalog.models import Asset, Work, WorkEvent, WorkIdentifier, WorkLink
from demo.content import organisations
from demo.services import loading
from foundation.tenancy import tenant_atomic
from holders.models import Holder
from integrations.models import Import
from licenses.models import Instalment, License, LicenseVersion
from licenses.selectors.pages import owed
from rights.models import Adjudication, Claim, Conflict, Document, Hold, Restriction
from royalties.models import DealVersion, MatchRule, Run, Statement
from royalties.selectors import exceptions, verification
from tests import crawl, factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CANARY = re.compile(r"orthlight")
DAY = date(2026, 11, 30)
FEWEST = {  # distinct addresses that the walk must reach, else it has lost its way
    "administrator": 30,
    "financial_analyst": 20,
    "rights_manager": 15,
    "legal": 20,
    "ops": 10,
    "creator": 6,
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load a small demo once, after one that was taken back; give ids and both runs' hashes."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        with transaction.atomic():
            loading.make(organisations.northlight(10))
            first = _hashes("northlight")
            transaction.set_rollback(True)
        loading.load(if_empty=False, scale=10)
        ids = {row.slug: row.pk for row in Organisation.objects.all()}
        yield {**ids, "first": first}
        transaction.set_rollback(True)


def _hashes(slug):
    with tenant_atomic(Organisation.objects.get(slug=slug).pk):
        return list(Run.objects.order_by("period").values_list("period", "results_hash"))


def test_the_same_seed_gives_the_same_results(demo):
    assert [period for period, _ in demo["first"]] == ["2026-Q1", "2026-Q2"]
    assert _hashes("northlight") == demo["first"]


def test_the_plan_is_the_same_every_time():
    assert organisations.meridian(DAY, 5) == organisations.meridian(DAY, 5)
    assert organisations.northlight(5) == organisations.northlight(5)


def test_the_catalogue_has_works_of_all_kinds_with_sound_numbers(demo):
    with tenant_atomic(demo["meridian"]):
        kinds = Counter(Work.objects.values_list("kind", flat=True))
        assert set(kinds) == {
            "series", "season", "episode", "film", "clip", "release", "recording", "composition",
            "book", "other",
        }  # fmt: skip
        assert 280 <= sum(kinds.values()) <= 320
        assert WorkLink.objects.filter(relation="records").count() == kinds["recording"]
        assert Holder.objects.filter(reserved="").count() == 67
        assert not Holder.objects.filter(identifiers_confirmed=False).exists()
        numbers = list(WorkIdentifier.objects.values_list("kind", "value"))
        assert {kind for kind, _ in numbers} >= {"isrc", "iswc", "upc", "eidr", "isan", "isbn"}
        assert [pair for pair in numbers if identifiers.check(*pair).problem] == []
        assert Asset.objects.count() >= 12


def test_some_claims_stand_above_the_default(demo):
    with tenant_atomic(demo["meridian"]):
        sources = Counter(Claim.objects.values_list("source", flat=True))
        assert sources["contract"] >= 20
        assert sources["society"] >= 8


def test_every_deal_is_signed_with_examples_that_pass(demo):
    with tenant_atomic(demo["meridian"]):
        signed = DealVersion.objects.exclude(signed_at=None)
        assert signed.values("deal").distinct().count() == 25
        assert signed.count() == 26  # one of them amended
        asked = ChangeRequest.objects.filter(kind="royalties.deal.sign")
        assert asked.filter(state="applied").count() == 26
        [waiting] = asked.filter(state="pending")
        assert waiting.maker.email == "ana.analyst@meridian.example"


def test_licences_stand_in_every_way_there_is(demo):
    """Signed by two people; ending soon, amended, ended early, breaking a clause, waiting."""
    today = timezone.now().date()
    with tenant_atomic(demo["meridian"]):
        rows = list(License.objects.on(today).order_by("code"))
        assert len(rows) == 16
        assert Counter(row.status for row in rows) == {
            "active": 10, "pending": 4, "expired": 1, "terminated": 1,
        }  # fmt: skip
        assert [row.code for row in rows if row.in_force == 2] == ["MER-LIC-10"]
        soon = [row.ends - today for row in rows if row.status == "active" and row.ends]
        assert [sum(left.days <= span + 1 for left in soon) for span in (30, 60, 90)] == [1, 2, 4]
        [broken] = LicenseVersion.objects.exclude(breach="")
        assert broken.license.code == "MER-LIC-12"
        assert [row.code for row in rows if row.begins is None] == ["MER-LIC-14"]
        known = WorkEvent.objects.get(kind="theatrical")
        assert next(row for row in rows if row.code == "MER-LIC-05").begins > known.on
        waiting = ChangeRequest.objects.filter(kind="licenses.license.sign", state="pending")
        [request] = waiting
        assert request.maker.email == "leo.legal@meridian.example"
        signed = ChangeRequest.objects.filter(kind="licenses.license.sign", state="applied")
        assert all(one.approvals.get().approver_id != one.maker_id for one in signed)
        said = Counter(one.word for one in owed(Instalment.objects.all(), today))
        words = ("paid", "part paid", "due", "overdue", "waits for its event")
        assert min(said[word] for word in words) >= 1


def test_the_registry_argues(demo):
    with tenant_atomic(demo["meridian"]):
        states = Counter(Conflict.objects.known_at().values_list("state", flat=True))
        assert states["open"] == 3
        assert Adjudication.objects.count() == 1
        assert ChangeRequest.objects.filter(kind="rights.claim.override", state="applied").exists()
        assert set(Restriction.objects.values_list("kind", flat=True)) == {"blocked", "explicit"}
        assert Hold.objects.known_at().count() == 1
        assert Document.objects.filter(label="Assignment of all rights").exists()


def test_every_role_has_somebody_with_a_second_factor(demo):
    with tenant_atomic(demo["meridian"]):
        held = Counter(Membership.objects.values_list("role", flat=True))
        assert set(held) == set(ROLES) - {CLIENT}
        assert held["administrator"] == 2
    for user in User.objects.filter(email__endswith=".example"):
        assert user.authenticator_set.filter(type="totp").exists(), user.email


def test_nothing_of_the_neighbour_shows(demo):
    with tenant_atomic(demo["northlight"]):
        assert Work.objects.filter(title__contains="Northlight").count() > 20
    seen = []
    with tenant_atomic(demo["meridian"]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
            "WHERE attname = 'org_id' AND relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', ["%orthlight%"]
            )
            seen += [table] if cursor.fetchone()[0] else []
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE org_id <> %s', [demo["meridian"]])
            seen += [table] if cursor.fetchone()[0] else []
    assert seen == []


def test_two_quarters_are_stated_and_one_is_open(demo):
    with tenant_atomic(demo["meridian"]):
        runs = Run.objects.order_by("period").values_list("period", "state")
        assert list(runs) == [("2026-Q1", "posted"), ("2026-Q2", "posted")]
        stated = Counter(Statement.objects.values_list("period", flat=True))
        assert set(stated) == {"2026-Q1", "2026-Q2"}
        assert min(stated.values()) >= 25
        assert set(Statement.objects.values_list("currency", flat=True)) == {"USD", "EUR", "GBP"}


def test_the_open_quarter_has_its_exceptions(demo):
    with tenant_atomic(demo["meridian"]):
        doubts = " ".join(item["doubt"] for item in exceptions.summary()["items"])
        assert "2 works of that title by that artist" in doubts
        assert "ISRC QZUNK2600000 isn't" in doubts
        assert "No work of that title" in doubts
        assert MatchRule.objects.filter(reversed_at=None).count() == 1
        figures = [row.figures for row in Import.objects.filter(period="2026-Q3")]
        assert sum(one["quarantined"] for one in figures) == 1
        assert sum(one["rejected"] for one in figures) == 1
        assert Import.objects.filter(file_name__contains="corrected").count() == 1


def test_the_ledger_is_sound(demo):
    for slug in ("meridian", "northlight"):
        with tenant_atomic(demo[slug]):
            checked = verification.verify(recompute=slug == "northlight")
        assert checked["problems"] == []


@pytest.mark.parametrize("role", sorted(set(ROLES) - {CLIENT}))
def test_no_page_of_ours_tells_of_the_neighbour(demo, role, settings):
    """Walk through everything somebody of each role can reach (T4): no failure, no canary."""
    settings.DEMO = False  # its mail page is everybody's on purpose
    theirs = _ids_of(demo["northlight"])
    with tenant_atomic(demo["meridian"]):
        person = Membership.objects.filter(role=role, user__isnull=False)[0].user
    client = factories.sign_in(Client(), person)
    wrong, names = [], set()
    for name, address, answer in crawl.walk(client):
        names.add(name)
        told = crawl.text(answer)
        if answer.status_code >= 400:
            wrong.append(f"{answer.status_code}: {address}")
        if CANARY.search(told) or not theirs.isdisjoint(UUIDS.findall(told)):
            wrong.append(f"tells of the neighbour: {address}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(names) >= FEWEST[role], sorted(names)


def _ids_of(org):
    """Return the ids of all rows of an organisation, as pages would write them."""
    found = set()
    with tenant_atomic(org), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
            "WHERE attname = 'org_id' AND relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT id::text FROM "{table}"')
            found |= {key for (key,) in cursor.fetchall()}
    return found
