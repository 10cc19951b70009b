"""Statements as pages: who sees which, and every figure down to the file's row."""

import csv
import html
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from catalog.models import Work
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.services import portal
from royalties.models import SalesException, Statement
from royalties.services import publishing, runs
from tests import factories
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


def posted(org, folder, *, lines=world.LINES, publish=True, deal=world.DEAL):
    """Import sales, run and post a period, publish it; return its statements by payee."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(deal)
        world.sales(folder, lines)
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        if publish:
            keys = Statement.objects.values_list("pk", flat=True)
            publishing.publish_all(statement_ids=keys, by=BY, at=NOW)
        return {each.holder.name: each for each in Statement.objects.select_related("holder")}


@pytest.fixture
def issued(org, tmp_path):
    """The statements of Ana Kestrel (18.00 earned, 10.00 recouped) and Ben Ode (12.00)."""
    return posted(org, tmp_path)


@pytest.fixture
def analyst(org):
    """A browser of somebody who sees all statements."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def text(answer):
    """Return a page's words."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r" (?=[.,:;?](\s|$))", "", re.sub(r"\s+", " ", plain))


def links(answer, part):
    """Return the addresses on a page that hold ``part``, each once."""
    found = re.findall(r'href="([^"]+)"', answer.content.decode())
    return list(dict.fromkeys(html.unescape(link) for link in found if part in link))


def test_the_list_shows_each_payees_figures(analyst, issued):
    shown = text(analyst.get("/statements/"))
    for words in ("Ana Kestrel", "18.00 USD", "8.00 USD", "Ben Ode", "12.00 USD", "2026-Q1"):
        assert words in shown
    assert "Ben Ode" not in text(analyst.get("/statements/?q=kestrel"))
    assert "2 statements" in text(analyst.get("/statements/?q=2026-Q1"))


def test_a_statement_leads_from_opening_balance_to_payable(analyst, issued):
    shown = text(analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/"))
    assert "8.00 USD is payable." in shown
    assert "Advances paid in this period, besides: 10.00 USD." in shown
    assert "Earned 18.00 USD Recouped −10.00 USD Due 8.00 USD Payable 8.00 USD" in shown
    assert "signing 10.00 USD 10.00 USD 0.00 USD" in shown


@pytest.mark.parametrize(
    ("by", "row"),
    [
        ("work", "Blue Hour 1 12.00 USD"),
        ("source", "Tide 2 18.00 USD"),
        ("territory", "United States 2 18.00 USD"),
        ("channel", "stream 2 18.00 USD"),
        ("clause", "streams 2 18.00 USD"),
    ],
)
def test_earnings_are_broken_down_and_sum_to_what_was_earned(analyst, issued, by, row):
    shown = text(analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/?by={by}"))
    assert row in re.sub(r" for [^:]+: why this amount", "", shown)
    assert "Earned in all 18.00 USD" in shown


def test_every_amount_opens_down_to_the_files_row(analyst, issued):
    page = analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/")
    rows = analyst.get(links(page, "work=W-2")[0])
    assert "6.00 USD is the sum of 1 row with work Low Tide" in text(rows)
    lines = analyst.get(links(rows, "/lines/")[0])
    shown = text(lines)
    assert "6.00 USD for Low Tide under clause streams: 1 line earned 10.002 USD" in shown
    assert "partner.csv 3 1 50.01 20 % 1 10.002" in shown
    exact = analyst.get(links(lines, "as=csv")[0])
    [head, row] = csv.reader(io.StringIO(exact.content.decode("utf-8-sig")))
    assert dict(zip(head, row, strict=True)) == {
        "file": "partner.csv",
        "row": "3",
        "units": "1",
        "base": "50.01",
        "rate": "0.2",
        "factor": "1",
        "earned": "10.002",
        "currency": "USD",
    }


def test_works_of_one_title_are_told_apart_by_their_codes(analyst, issued, org):
    with tenant_atomic(org.id):
        Work.objects.update(title="Low Tide")
    address = f"/statements/{issued['Ana Kestrel'].pk}/"
    for page in (address, f"{address}rows/?clause=streams"):
        shown = text(analyst.get(page))
        assert "Low Tide (W-1)" in shown
        assert "Low Tide (W-2)" in shown
    assert "Low Tide (W-2)" not in text(analyst.get(f"{address}rows/?work=W-2"))


def test_statements_of_a_period_stand_in_the_order_of_their_numbers(analyst, issued):
    listed = re.findall(r"2026-Q1-\d{5}", text(analyst.get("/statements/")))
    assert listed == ["2026-Q1-00002", "2026-Q1-00001"]


def test_pages_behind_an_amount_focus_their_heading(analyst, issued):
    page = analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/")
    rows = analyst.get(links(page, "work=W-2")[0])
    for shown in (rows, analyst.get(links(rows, "/lines/")[0])):
        first = re.search(r"<(\w+)[^>]* data-focus", shown.content.decode())
        assert first.group(1) == "h1"


def test_the_working_is_a_tree_whose_clauses_lead_to_their_rows(analyst, issued):
    page = analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/")
    working = analyst.get(links(page, "/working/")[0])
    shown = text(working)
    for words in ("8.00 USD Payable", "−10.00 USD Recouped: signing", "20 % Rate"):
        assert words in shown
    rows = analyst.get(links(working, "clause=streams")[0])
    assert "18.00 USD is the sum of 2 rows with deal ART-1, clause streams" in text(rows)


def test_in_place_only_the_part_is_sent_with_ids_of_its_place(analyst, issued):
    page = analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/")
    for part in ("work=W-2", "/working/", "by=source"):
        asked = {"HX-Request": "true", "HX-Target": "b2"}
        answer = analyst.get(links(page, part)[0], headers=asked)
        assert answer.content.strip().startswith(b"<section")
        assert ('id="l-b2-1"' in answer.content.decode()) is (part == "work=W-2")


def test_a_row_that_is_not_on_the_statement_is_not_there(analyst, issued):
    ana, ben = issued["Ana Kestrel"], issued["Ben Ode"]
    page = analyst.get(links(analyst.get(f"/statements/{ben.pk}/"), "work=W-2")[0])
    address = links(page, "/lines/")[0]
    assert analyst.get(address).status_code == 200
    for wrong in (
        address.replace("work=W-2", "work=W-9"),
        address.replace("clause=streams", "clause="),
        address.replace("work=W-2&", ""),
        re.sub(r"lines/[^/]+/", f"lines/{ana.pk}/", address),
    ):
        assert analyst.get(wrong).status_code == 404, wrong
    unknown = f"/statements/{ben.pk}/working/{ana.pk}/"
    assert analyst.get(unknown).status_code == 404


def test_a_creator_sees_their_own_statements_alone(org, issued):
    person = factories.person(org, permissions.CREATOR)
    client = factories.sign_in(Client(), person)
    assert "No statements yet" in text(client.get("/statements/"))
    ana, ben = issued["Ana Kestrel"], issued["Ben Ode"]
    with tenant_atomic(org.id):
        portal.give(holder_id=ana.holder_id, user_id=person.pk, actor=BY, at=NOW)
    shown = text(client.get("/statements/"))
    assert "Ana Kestrel" in shown
    assert "Ben Ode" not in shown
    for statement, status in ((ana, 200), (ben, 404)):
        for part in ("", "rows/"):
            assert client.get(f"/statements/{statement.pk}/{part}").status_code == status


def test_another_organisation_sees_nothing(other_org, issued):
    client = factories.sign_in(Client(), factories.person(other_org, permissions.ANALYST))
    assert client.get(f"/statements/{issued['Ben Ode'].pk}/").status_code == 404
    assert "No statements yet" in text(client.get("/statements/"))


def test_the_pages_cost_the_same_however_many_rows_there_are(analyst, org, tmp_path):
    many = [{**world.LINES[0], "territory": code} for code in ("US", "DE", "FR", "JP", "BR")]
    issued = posted(org, tmp_path, lines=many)
    address = f"/statements/{issued['Ana Kestrel'].pk}/"
    analyst.get(address)
    with CaptureQueriesContext(connection) as made:
        assert "Japan" in text(analyst.get(f"{address}?by=territory"))
    assert len(made) <= 25


def test_small_files_come_at_once(analyst, issued):
    page = analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/")
    answer = analyst.get(links(page, "/files/csv/")[0])
    assert answer["Content-Disposition"].endswith('-USD.csv"')
    assert b"Blue Hour" in answer.content
    assert analyst.get(f"/statements/{issued['Ana Kestrel'].pk}/files/exe/").status_code == 404


def test_a_pdf_is_made_by_a_job_once_and_waited_for(analyst, issued, org):
    address = f"/statements/{issued['Ana Kestrel'].pk}/files/pdf/"
    assert "The file isn't made yet" in text(analyst.get(address))
    for _ in range(2):
        assert "Making the file" in text(analyst.post(address, follow=True))
    with tenant_atomic(org.id):
        [job] = Job.objects.filter(kind="royalties.statement.pdf")
    assert b'hx-trigger="load delay:1s"' in analyst.get(address).content
    assert b'?n=5" hx-trigger="load delay:4s"' in analyst.get(f"{address}?n=4").content
    assert jobs.work(org.id, job.pk) == "done"
    ready = analyst.get(address, headers={"HX-Request": "true"})
    assert ready.content.strip().startswith(b'<div id="state" data-announce="The file is ready"')
    answer = analyst.get(links(ready, "download")[0])
    assert answer.content.startswith(b"%PDF")
    assert analyst.post(address)["Location"] == address
    with tenant_atomic(org.id):
        assert Job.objects.filter(kind="royalties.statement.pdf").count() == 1


def test_what_waits_for_a_decision_is_listed_with_its_money(analyst, issued, org):
    page = analyst.get("/exceptions/")
    shown = text(page)
    for words in ("Blue Houre", "Kestrel", "25.00 USD", "1 exception"):
        assert words in shown
    with tenant_atomic(org.id):
        key = SalesException.objects.get().fingerprint
    assert links(page, f"/exceptions/{key}/")


def test_what_is_at_stake_is_rounded_for_reading_and_exact_as_a_title(analyst, issued, org):
    with tenant_atomic(org.id):
        SalesException.objects.update(amount="13523.9058678901")
    for address in ("/exceptions/", "/"):
        answer = analyst.get(address)
        assert "13,523.91 USD" in text(answer)
        exact = 'title="13,523.9058678901\N{NO-BREAK SPACE}USD"'
        assert exact in answer.content.decode()


def test_home_counts_exceptions_and_statements(analyst, issued, org):
    shown = text(analyst.get("/"))
    assert "1 Sales that wait for a decision 25.00 USD at stake" in shown
    assert "Read statements 2 for 2026-Q1." in shown
    creator = factories.sign_in(Client(), factories.person(org, permissions.CREATOR))
    shown = text(creator.get("/"))
    assert "Read statements None yet." in shown
    assert "decision" not in shown
