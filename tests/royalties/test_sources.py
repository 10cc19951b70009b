"""Coverage: what has come in of each source and period, what is late, what isn't due yet."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.models import Event
from foundation.locks import RowGone
from foundation.tenancy import tenant_atomic
from royalties.models import FileSource, SourceRule
from royalties.selectors import sources as known
from royalties.services import intake, questions, sources
from tests import factories
from tests.royalties import world
from tests.royalties.test_portal import creator_of
from tests.royalties.test_statement_pages import posted, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 10, 9, tzinfo=UTC)
LINE = world.LINES[0]


@pytest.fixture
def analyst(org):
    """A browser of somebody who sets rules."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def expect(source="Tide", every="month", due_after=15, first="2026-01", **more):
    """Set a rule."""
    told = {"source": source, "every": every, "due_after": due_after, "first": first}
    return sources.set_rule(**{**told, **more}, by=BY, at=NOW)


def brought(folder, source, period, name=""):
    """Accept a file of one line of a source."""
    name = name or f"{source}-{period}.csv"
    return world.sales(folder, [{**LINE, "source": source}], period=period, name=name)


def stands(rule, at=MAY, most=None):
    """Return where a rule's periods stand: period, state, day, part."""
    cells = known.coverage([rule], at, most=most)[rule.pk]
    return [(cell.period, cell.state, cell.on, cell.part) for cell in cells]


def test_each_period_is_received_late_or_not_yet_due(org, tmp_path):
    with tenant_atomic(org.id):
        rule = expect()
        brought(tmp_path, "Tide", "2026-02")
        assert stands(rule) == [
            ("2026-05", "due", date(2026, 6, 15), False),
            ("2026-04", "due", date(2026, 5, 15), False),
            ("2026-03", "late", date(2026, 4, 16), False),
            ("2026-02", "received", date(2026, 4, 10), False),
            ("2026-01", "late", date(2026, 2, 16), False),
        ]
        assert known.late(MAY) == {rule.pk: date(2026, 2, 16)}


@pytest.mark.parametrize(
    ("at", "state"),
    [(datetime(2026, 4, 15, 23, tzinfo=UTC), "due"), (datetime(2026, 4, 16, tzinfo=UTC), "late")],
    ids=["on the last day", "the day after"],
)
def test_the_day_it_is_due_is_still_in_time(org, at, state):
    with tenant_atomic(org.id):
        rule = expect(first="2026-03")
        assert stands(rule, at)[-1][:2] == ("2026-03", state)


def test_the_days_are_the_organisations_own(org):
    org.zone = "Pacific/Auckland"
    org.save()
    with tenant_atomic(org.id):
        rule = expect(first="2026-03")
        assert stands(rule, datetime(2026, 4, 15, 13, tzinfo=UTC))[-1][1] == "late"


def test_a_quarters_file_covers_its_months_and_months_make_a_quarter(org, tmp_path):
    with tenant_atomic(org.id):
        monthly, quarterly = expect(), expect("Wave", "quarter", 30, "2026-Q1")
        brought(tmp_path, "Tide", "2026-Q1")
        assert [state for _, state, _, _ in stands(monthly)[2:]] == ["received"] * 3
        brought(tmp_path, "Wave", "2026-01")
        brought(tmp_path, "Wave", "2026-03")
        assert stands(quarterly)[1] == ("2026-Q1", "late", date(2026, 5, 1), True)
        brought(tmp_path, "Wave", "2026-02")
        assert stands(quarterly)[1] == ("2026-Q1", "received", date(2026, 4, 10), False)


def test_a_file_that_is_taken_back_is_missing_again(org, tmp_path):
    with tenant_atomic(org.id):
        rule = expect(first="2026-03")
        file = brought(tmp_path, "Tide", "2026-03")
        assert stands(rule)[-1][1] == "received"
        intake.take_back(file_id=file, reason="Wrong file", by=BY, at=NOW)
        assert stands(rule)[-1][1] == "late"


def test_spellings_of_a_source_are_one(org, tmp_path):
    rows = [{**LINE, "source": name} for name in ("TIDE", "Tide", "Tide", "Other", None)]
    with tenant_atomic(org.id):
        rule = expect("tide", first="2026-03")
        world.sales(tmp_path, rows, period="2026-03")
        listed = FileSource.objects.order_by("name").values_list("name", "lines")
        assert list(listed) == [("Other", 1), ("Tide", 3)]
        assert stands(rule)[-1][1] == "received"
        assert known.without_rule() == ([("Other", date(2026, 3, 31))], 1)


def test_files_from_before_are_read_for_their_sources(org, tmp_path):
    filling = import_module("royalties.migrations.0011_sources_of_files")
    with tenant_atomic(org.id):
        world.sales(tmp_path, [{**LINE, "source": "TIDE"}, LINE, LINE], period="2026-03")
        world.sales(tmp_path, [{**LINE, "source": None}], period="2026-04", name="none.csv")
        kept = list(FileSource.objects.values_list("key", "name", "lines"))
        files = list(FileSource.objects.values_list("file", flat=True))
    found = []

    class Cursor:
        """Keeps what would be inserted; reads as the database does."""

        def execute(self, statement, values=()):
            if statement.startswith("INSERT"):
                found.append(tuple(values[3:]))
            else:
                self.real.execute(statement, values)

        def __getattr__(self, name):
            return getattr(self.real, name)

    with tenant_atomic(org.id), connection.cursor() as real:
        cursor = Cursor()
        cursor.real = real
        for file in files:
            filling._file(cursor, org.id, file)
    assert found == kept == [("tide", "Tide", 3)]
    assert apps.get_model("royalties", "FileSource")


def test_a_rule_holds_for_its_periods_and_another_may_follow(org):
    with tenant_atomic(org.id):
        monthly = expect(last="2026-03")
        with pytest.raises(sources.SourceRuleRefused, match="has a rule from 2026-01-01 to"):
            expect("TIDE", "quarter", 30, "2026-Q1")
        quarterly = expect("Tide", "quarter", 30, "2026-Q2")
        assert [each[0] for each in stands(monthly)] == ["2026-03", "2026-02", "2026-01"]
        assert [each[0] for each in stands(quarterly)] == ["2026-Q2"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"source": " ! "}, None),
        ({"source": "  "}, "Name the source"),
        ({"due_after": 731}, "between 0 and 730"),
        ({"first": "2026-Q1"}, "is no month"),
        ({"last": "2026"}, "is no month"),
        ({"last": "2025-12"}, "lies before"),
        ({"every": "week"}, "how often"),
        ({"first": "1066-01"}, "in 1990 or later"),
    ],
    ids=["only signs", "nothing", "days", "first", "last", "backwards", "every", "too old"],
)
def test_what_doesnt_fit_is_refused_with_what_would(org, wrong, why):
    with tenant_atomic(org.id):
        if why is None:
            assert expect(**wrong).source == "!"
            return
        with pytest.raises(sources.SourceRuleRefused, match=why):
            expect(**wrong)
        assert not SourceRule.objects.exists()


def test_the_database_holds_one_rule_of_a_source_at_a_time(org):
    with tenant_atomic(org.id):
        expect(last="2026-03")
        expect(first="2026-04")
    for change, told in (
        ("UPDATE royalties_sourcerule SET end_day = NULL", "source_rule_one_at_a_time"),
        ("UPDATE royalties_sourcerule SET end_day = first_day", "source_rule_has_days"),
    ):
        with (
            tenant_atomic(org.id),
            pytest.raises(IntegrityError, match=told),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_a_rule_is_set_changed_and_removed_in_the_browser(org, tmp_path, analyst):
    with tenant_atomic(org.id):
        brought(tmp_path, "Tide", "2026-03")
    assert "Tide, reported to 31" in text(analyst.get("/sources/"))
    sent = {
        "source": "Tide",
        "every": "month",
        "due_after": "15",
        "first": "2026-03",
        "version": "0",
    }
    wrong = analyst.post("/sources/new/", {**sent, "first": "2026-Q1"})
    assert wrong.status_code == 422
    assert "Write it as 2026-01" in text(wrong)
    assert analyst.post("/sources/new/", {**sent, "first": "soon"}).status_code == 422
    made = analyst.post("/sources/new/", sent)
    page = made.url
    assert "Every month, due 15 days after" in text(analyst.get(page))
    assert "Tide-2026-03.csv" in text(analyst.get(page))
    assert "Sources without a rule" not in text(analyst.get("/sources/"))
    listed = text(analyst.get("/sources/?stands=late"))
    assert "late since" in listed
    assert "Sources that are late" in text(analyst.get("/"))
    changed = {**sent, "due_after": "20", "version": "1"}
    assert analyst.post(page, changed).status_code == 302
    again = analyst.post(page, changed)
    assert again.status_code == 409
    assert "Due, days after the period's last day" in text(again)
    over = {**changed, "due_after": "25", "version": "2"}
    wrong = analyst.post(page, {**over, "first": "soon", "base": '{"due_after": "20"}'})
    assert 'name="version" value="2"' in wrong.content.decode()
    assert analyst.post(page, over).status_code == 302
    assert analyst.post(f"{page}remove/", {"version": "1"}, follow=True).status_code == 200
    with tenant_atomic(org.id):
        assert SourceRule.objects.get().due_after == 25
    assert analyst.post(f"{page}remove/", {"version": "3"}).url == "/sources/"
    assert analyst.get(page).status_code == 404
    with tenant_atomic(org.id):
        codes = Event.objects.filter(code__startswith="royalties.source_rule").order_by("at")
        assert [each.code[22:] for each in codes] == ["set", "set", "set", "removed"]
        with pytest.raises(RowGone):
            sources.remove(rule_id=codes[0].subject_id, version=2, by=BY, at=NOW)


def test_a_list_costs_the_same_for_one_source_and_for_many(org, analyst):
    counts = []
    for names in (["Tide"], ["Wave", "Foam", "Surf"]):
        with tenant_atomic(org.id):
            for name in names:
                expect(name)
        analyst.get("/sources/")
        with CaptureQueriesContext(connection) as made:
            assert analyst.get("/sources/").status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= 14


def test_a_creator_sees_coverage_of_the_sources_in_their_statements(org, tmp_path):
    issued = posted(org, tmp_path)
    with tenant_atomic(org.id):
        expect("Tide", "quarter", 30, "2026-Q1")
        expect("A rival's source", "quarter", 30, "2026-Q1")
        questions.ask(
            statement_id=issued["Ana Kestrel"].pk,
            asked={"work": "W-1", "territory": "US"},
            text="Why so little?",
            by=BY,
            at=NOW,
        )
    client = creator_of(org, issued["Ana Kestrel"])
    client.get("/portal/")
    with CaptureQueriesContext(connection) as made:
        shown = text(client.get("/portal/"))
    assert len(made) <= 30  # with all that the page can have: its budget
    assert "Blue Hour, United States, asked" in shown.replace(" ,", ",")
    assert "2026-Q1 Received 10 Apr 2026" in shown.replace("\xa0", " ")
    assert "rival" not in shown
