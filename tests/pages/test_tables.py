"""Lists of a real table: sorted, searched, paged by keys, fetched in parts, downloaded."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from foundation.models import Job
from foundation.models.keysets import among
from foundation.pages import downloads
from foundation.pages.tables import Choice, Column, Table
from integrations.models import ImportProfile
from kernel.ids import uuid7
from kernel.money import Money

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIST = '{% import "kit/table.html" as tables %}{{ tables.listing(table) }}'


class Jobs(Table):
    """Jobs, with figures of every kind."""

    caption = "Jobs"
    noun = ("job", "jobs")
    start = "-created"
    columns = (
        Column("kind", "Kind", "kind", sort="kind", link=lambda job: f"/jobs/{job.pk}/"),
        Column("created", "Created", "created_at", kind="moment", sort="created_at"),
        Column("ended", "Ended", "ended_at", kind="moment", sort="ended_at"),
        Column("done", "Done", "done", kind="number", sort="done"),
        Column("cost", "Cost", lambda job: Money(Decimal(-job.done), "EUR"), kind="money"),
        Column("state", "State", lambda job: (job.state, "info"), kind="badge"),
    )
    search = ("kind", "phase")
    filters = (
        Choice("state", "State", [("queued", "Queued"), ("done", "Done")], lambda v: Q(state=v)),
    )
    sizes = (10, 25)
    nothing = ("No jobs yet", "Work that takes time shows here.")


@pytest.fixture
def jobs(in_org):
    """Thirty-three jobs; eleven have ended, many share their figures."""
    return Job.objects.bulk_create(
        Job(
            kind="=run" if i == 7 else f"kind {i % 4}",
            actor_id=uuid7(),
            actor_kind="person",
            done=i % 5,
            state="done" if i % 3 == 0 else "queued",
            run_after=NOW,
            created_at=NOW + timedelta(microseconds=i),
            updated_at=NOW,
            ended_at=NOW + timedelta(hours=i % 2) if i % 3 == 0 else None,
        )
        for i in range(33)
    )


def view(address="/jobs/", table=Jobs, **headers):
    """View the list as an address asks."""
    return table(Job.objects.all(), RequestFactory().get(address, headers=headers))


def pages(address):
    """Walk from the first page to the last and back; return the rows' ids both ways."""
    there, table = [], view(address)
    while True:
        there.append([row.pk for row in table.rows])
        if not table.next_url:
            break
        table = view(table.next_url)
    back = [there[-1]]
    while table.previous_url:
        table = view(table.previous_url)
        back.append([row.pk for row in table.rows])
    return there, back[::-1]


@pytest.mark.parametrize(
    "sort", ["kind", "-kind", "created", "-created", "ended", "-ended", "-done"]
)
def test_paging_there_and_back_shows_every_row_once_in_order(jobs, sort):
    there, back = pages(f"/jobs/?sort={sort}")
    assert back == there
    shown = [pk for page in there for pk in page]
    assert len(set(shown)) == len(shown) == 33
    assert [len(page) for page in there] == [10, 10, 10, 3]
    field = {"created": "created_at", "ended": "ended_at"}.get(sort.strip("-"), sort.strip("-"))
    by_id = Job.objects.in_bulk(shown)
    values = [getattr(by_id[pk], field) for pk in shown]
    known = [value for value in values if value is not None]
    assert values == sorted(known, reverse=sort[0] == "-") + [None] * (33 - len(known))


def test_it_starts_as_the_list_says_and_unknown_wishes_are_passed_over(jobs):
    newest = max(jobs, key=lambda job: job.created_at).pk
    for address in ("/jobs/", "/jobs/?sort=secret&size=9999&state=odd", "/jobs/?after=%%junk"):
        assert view(address).rows[0].pk == newest
    assert len(view("/jobs/?size=25").rows) == 25


def test_search_needs_every_word_and_filters_narrow(jobs):
    assert {job.kind for job in view("/jobs/?q=kind+3").rows} == {"kind 3"}
    narrowed = view("/jobs/?q=kind&state=done&sort=kind")
    assert {job.state for job in narrowed.matching} == {"done"}
    assert [chip.label for chip in narrowed.chips] == ["“kind”", "State: Done"]
    assert list(narrowed.chips)[0].url == "/jobs/?state=done&sort=kind"
    assert narrowed.clear_url == "/jobs/?sort=kind"


def test_a_page_costs_two_queries_and_a_short_list_one(jobs):
    for address, queries in (("/jobs/", 2), ("/jobs/?q=run", 1), ("/jobs/?size=25", 2)):
        with CaptureQueriesContext(connection) as made:
            html(view(address))
        assert len(made) == queries


def html(table):
    """Render a list."""
    return engines["jinja2"].from_string(LIST).render({"table": table})


def test_a_list_that_names_its_fields_reads_them_alone_and_shows_the_same(jobs):
    class Plain(Jobs):
        fields = ("kind", "created_at", "ended_at", "done", "state")

    for address in ("/jobs/", "/jobs/?sort=-done&state=done", view("/jobs/?sort=ended").next_url):
        plain, whole = view(address, Plain), view(address)
        assert [plain.cells(row) for row in plain.rows] == [whole.cells(row) for row in whole.rows]
        assert (plain.next_url, plain.previous_url) == (whole.next_url, whole.previous_url)
        assert not hasattr(plain.rows[0], "actor_id")


def test_many_keys_are_found_by_one_array(jobs):
    wanted = [job.pk for job in jobs[:20]]
    assert set(Job.objects.filter(pk__in=among(wanted))) == set(jobs[:20])
    assert not Job.objects.filter(pk__in=among([])).exists()


def test_columns_are_marked_sorted_and_figures_aligned(jobs):
    shown = html(view("/jobs/?sort=done"))
    head = 'class="figure" aria-sort="ascending"><a id="list-sort-done" href="/jobs/?sort=-done"'
    assert head in shown
    assert shown.count("aria-sort") == 1
    assert '<td class="figure"><data class="money' in shown
    assert "33 jobs" in shown
    assert '<th scope="row"><a href="/jobs/' in shown


def test_an_empty_list_says_which_kind_of_nothing_it_is(jobs):
    assert "Nothing matches" in html(view("/jobs/?q=nowhere"))
    Job.objects.all().delete()
    shown = html(view())
    assert "No jobs yet" in shown
    assert "Nothing matches" not in shown


def test_what_is_searched_for_is_shown_and_not_run(jobs):
    shown = html(view("/jobs/?q=%3Cscript%3E"))
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def test_a_download_holds_what_matches_in_machine_form_and_no_formula(jobs):
    answer = downloads.download(view("/jobs/?sort=created"), "csv", name="jobs")
    assert isinstance(answer, HttpResponse)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Kind", "Created", "Ended", "Done", "Cost", "Cost currency", "State"]
    assert len(rows) == 34
    assert rows[8][0] == "'=run"
    assert rows[2][1:6] == ["2026-03-01T00:00:00.000001+00:00", "", "1", "-1", "EUR"]


def test_a_workbook_holds_the_same_with_what_it_is_about(jobs):
    answer = downloads.download(view("/jobs/?state=done"), "xlsx", name="jobs")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_name("Jobs").to_python()
    assert rows[0][:2] == ["Kind", "Created"]
    assert len(rows) == 13
    costs = [row[4] for row in rows[1:12]]
    assert rows[12] == ["Total", "", "", "", sum(costs), "EUR", ""]
    assert {type(row[1]) for row in rows[1:12]} <= {date, datetime}
    about = dict(book.get_sheet_by_name("About").to_python())
    assert about["Filter"] == "State: Done"
    assert about["Sorted by"] == "Created, descending"
    text = downloads.download(view("/jobs/?state=done"), "csv", name="jobs").content
    assert about["SHA-256 of the rows"] == sha256(text.removeprefix(b"\xef\xbb\xbf")).hexdigest()


class Profiles(Table):
    """Rows that have versions."""

    caption = "Profiles"
    start = "name"
    columns = (Column("name", "Name", "name", sort="name"),)
    fields = ("name",)


def test_rows_that_have_versions_are_written_with_them_and_their_key(in_org):
    entered = {"document": {}, "entered_at": NOW, "entered_by": uuid7(), "title": "Sales"}
    one = ImportProfile.objects.create(name="one", version=7, **entered)
    asked = RequestFactory().get("/profiles/")
    content = downloads.download(Profiles(ImportProfile.objects.all(), asked), "csv", name="p")
    rows = list(csv.reader(io.StringIO(content.content.decode("utf-8-sig"))))
    assert rows == [["id", "version", "Name"], [str(one.pk), "7", "one"]]
