"""Filters of every kind, columns and density: the address holds them, bad input is answered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from foundation.models import Job
from foundation.pages import inputs
from foundation.pages.suggestions import Source, Suggested
from foundation.pages.surroundings import Surroundings
from foundation.pages.tables import Choice, Column, Days, Numbers, Reference, Table, Text

pytestmark = pytest.mark.django_db
LIST = '{% import "kit/table.html" as tables %}{{ tables.listing(table) }}'
ANA, BEN = UUID(int=1), UUID(int=2)


KNOWN = [Suggested(ANA, "Ana Kestrel", "analyst"), Suggested(BEN, "Ben Kestrel", "operator")]
PEOPLE = Source(
    "test_person",
    "People",
    "tests.people",
    lambda text, limit: [each for each in KNOWN if text.lower() in each.name.lower()][:limit],
    lambda keys: {each.id: each.name for each in KNOWN if each.id in keys},
)


class Jobs(Table):
    """Jobs, with filters of every kind."""

    caption = "Jobs"
    noun = ("job", "jobs")
    start = "-created"
    columns = (
        Column("kind", "Kind", "kind", sort="kind"),
        Column("created", "Created", "created_at", kind="moment", sort="created_at"),
        Column("done", "Done", "done", kind="number", sort="done"),
        Column("phase", "Phase", "phase", hidden=True),
    )
    search = ("kind",)
    filters = (
        Choice("state", "State", [("queued", "Queued")], lambda value: Q(state=value)),
        Text("phase", "Phase", "phase"),
        Days("created", "Created", "created_at", moments=True),
        Numbers("done", "Done", "done"),
        Reference("by", "Asked by", "actor_id", PEOPLE),
    )


@pytest.fixture
def jobs(in_org):
    """Four jobs, one every twelve hours from noon of the first of March."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Job.objects.bulk_create(
        Job(
            kind=f"kind {n}",
            phase="reading" if n == 2 else "writing",
            actor_id=ANA if n < 2 else BEN,
            actor_kind="person",
            done=n,
            run_after=noon,
            created_at=noon + timedelta(hours=12 * n),
            updated_at=noon,
        )
        for n in range(4)
    )


def view(query="", reader=None):
    """View the list as an address asks."""
    request = RequestFactory().get(f"/jobs/?{query}")
    request.surroundings = reader or Surroundings()
    return Jobs(Job.objects.all(), request)


def html(table):
    """Render a list."""
    return engines["jinja2"].from_string(LIST).render({"table": table})


@pytest.mark.parametrize(
    ("query", "found", "chip"),
    [
        ("phase=READ", {2}, "Phase: “READ”"),
        (
            "created_from=2026-03-02&created_to=2026-03-02",
            {1, 2},
            "Created: 2 Mar 2026 – 2 Mar 2026",
        ),
        ("created_to=2026-03-01", {0}, "Created: until 1 Mar 2026"),
        ("done_min=1&done_max=2.5", {1, 2}, "Done: 1 – 2.5"),
        ("done_min=1.5", {2, 3}, "Done: at least 1.5"),
        ("by=ana", {0, 1}, "Asked by: “ana”"),
        ("by=kestrel", {0, 1, 2, 3}, "Asked by: “kestrel”"),
        (f"by={BEN}", {2, 3}, f"Asked by: “{BEN}”"),
        ("by=nobody", set(), "Asked by: “nobody”"),
    ],
)
def test_each_filter_narrows_and_has_a_chip_that_takes_it_away(jobs, query, found, chip):
    table = view(f"{query}&sort=kind")
    assert {job.done for job in table.rows} == found
    [shown] = table.chips
    assert shown.label.replace("\N{NO-BREAK SPACE}", " ") == chip
    assert shown.url == table.clear_url == "/jobs/?sort=kind"


def test_days_are_the_readers_and_numbers_are_written_as_theirs(jobs):
    auckland = Surroundings(zone="Pacific/Auckland")  # thirteen hours ahead
    assert {job.done for job in view("created_to=2026-03-02", auckland).rows} == {0, 1}
    german = Surroundings(locale="de")
    assert {job.done for job in view("done_min=1,5", german).rows} == {2, 3}


def test_what_cannot_be_read_is_said_and_hides_nothing(jobs):
    table = view("done_min=many&created_from=2026-02-30&phase=writing")
    assert len(table.rows) == 3
    assert [label for label, _ in table.wrong] == ["Created", "Done"]
    shown = html(table)
    assert "“many” is no number. Write 1234.56 or 1,234.56." in shown
    assert "“2026-02-30” is no day." in shown
    assert '<details class="panel" id="list-filters" open>' in shown
    assert 'value="many"' in shown
    assert "Exchange the two" in html(view("done_min=3&done_max=1"))


def test_the_panel_counts_what_is_active_and_is_closed_otherwise(jobs):
    assert "Filters (2)" in html(view("state=queued&phase=writing"))
    assert '<details class="panel" id="list-filters">' in html(view())


def test_a_nul_in_the_address_is_no_failure(jobs):
    assert view("q=kind%00&phase=%00").rows


def test_columns_and_density_are_in_the_address_and_kept(jobs):
    heads = [heading.column.name for heading in view().headings]
    assert heads == ["kind", "created", "done"]
    asked = view("cols=&cols=phase&cols=done&cols=secret&density=roomy&q=kind")
    assert [heading.column.name for heading in asked.headings] == ["kind", "done", "phase"]
    assert asked.url() == "/jobs/?cols=done%2Cphase&density=roomy&q=kind"
    assert view("cols=done,phase").shown == asked.shown
    shown = html(asked)
    assert '<table class="roomy">' in shown
    assert '<input type="hidden" name="cols" value="done,phase">' in shown
    assert list(asked.clear_url.split("?")[1].split("&")) == ["cols=done%2Cphase", "density=roomy"]


def test_no_filter_costs_a_query_more(jobs):
    everything = "state=queued&phase=w&created_from=2026-03-01&done_min=0&by=ana&cols=phase"
    with CaptureQueriesContext(connection) as made:
        html(view(f"{everything}&size=25"))
    assert len(made) == 1


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("1234.56", "de", "1234.56"),
        ("1.234,56", "de", "1234.56"),
        ("1.234", "de", "1234"),
        ("1.234", "en", "1.234"),
        ("-1,234", "en", "-1234"),
        ("\N{MINUS SIGN}0.5", "en", "-0.5"),
        ("12 34 567,5", "fr", None),
        ("1 234,5", "fr", "1234.5"),
        ("12,34,567", "hi", "1234567"),
    ],
)
def test_numbers_are_read_as_their_reader_writes_them(text, locale, number):
    if number is None:
        with pytest.raises(inputs.NotReadable):
            inputs.number_of("1e5", locale)
        return
    assert inputs.number_of(text, locale) == Decimal(number)


def test_days_are_read_in_two_forms():
    assert inputs.day_of("2026-03-31") == inputs.day_of(" 31 March 2026") == date(2026, 3, 31)
    for odd in ("31.3.2026", "3 Foo 2026", "0001-01-01", "31 Feb 2026"):
        with pytest.raises(inputs.NotReadable, match="Write 2026-03-31"):
            inputs.day_of(odd)


KNOWS = Surroundings(codes=frozenset({"tests.people"}), person="Ana")


def test_a_name_that_means_several_is_asked_for_and_picked_by_a_link(jobs):
    table = view("by=kestrel", KNOWS)
    [(label, chips)] = table.doubts
    assert [chip.label for chip in chips] == ["Ana Kestrel (analyst)", "Ben Kestrel (operator)"]
    assert chips[1].url == f"/jobs/?by={BEN}"
    assert "Which asked by?" in html(table)
    picked = view(f"by={BEN}", KNOWS)
    assert [chip.label for chip in picked.chips] == ["Asked by: Ben Kestrel"]
    assert not list(picked.doubts)
    assert 'value="Ben Kestrel"' in html(picked)


def test_who_may_not_know_the_names_is_offered_and_told_none(jobs):
    table = view("by=kestrel")
    assert not list(table.doubts)
    assert "suggestions/test_person" not in html(table)
    assert "Ben Kestrel" not in html(view(f"by={BEN}"))
    assert "suggestions/test_person" in html(view("by=kestrel", KNOWS))


def test_a_key_that_nothing_has_is_said_and_not_applied(jobs):
    table = view("by=00000000-0000-7000-8000-000000000000", KNOWS)
    assert [label for label, _ in table.wrong] == ["Asked by"]
    assert table.matching.count() == 4
