"""The avails explorer: the question in the address, the grid, proof, ways out, files."""

import csv
import html
import io
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import permissions
from accounts.models import SavedView
from catalog.services.works import NewWork
from foundation import jobs
from foundation.pages import downloads
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine.boxes import Window
from rights.engine.written import Grant
from rights.services import claims, granting, holds
from rights.services.holds import Why
from rights.services.registration import register_work
from rights.services.terms import NewClaim
from territories.geography import resolver
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ASKED = "right=svod&territory=US+%2B+CA&from=2026-05-01&to=2026-12-31&exclusive=yes"


@pytest.fixture
def person(org):
    return factories.person(org, permissions.RIGHTS)


@pytest.fixture
def browser(person):
    return factories.sign_in(Client(), person)


def film(org, title, kind="film", **more):
    with tenant_atomic(org.id):
        return register_work(work=NewWork(kind, title, **more), actor=factories.TESTS, at=NOW)


def sell(org, work, territory="US", **more):
    """Grant it exclusively until the end of June."""
    with tenant_atomic(org.id):
        to = holders.register(kind="other", name=f"N {uuid4()}", actor=factories.TESTS, at=NOW).pk
        row = Grant(
            work_id=work.pk, clause="2.1", territory=territory, right="svod", exclusive=True,
            span=resolver.resolve(territory, on=NOW.date()),
            window=Window(date(2026, 1, 1), date(2026, 7, 1)), **more,
        )  # fmt: skip
        source = granting.Source(uuid4(), 1, to, "L-1, version 1")
        granting.lock(source.license, [row])
        granting.settle(source=source, rows=[row], at=NOW)
        return source.license


def text(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def rows_of(browser, query):
    answer = browser.get(f"/avails/?{query}&as=csv")
    assert answer["Content-Type"].startswith("text/csv"), text(answer)
    content = answer.content.decode("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ")
    return list(csv.DictReader(io.StringIO(content)))


class TestTheQuestion:
    def test_nothing_is_answered_before_it_is_asked(self, browser, org):
        film(org, "Low Water")
        answer = browser.get("/avails/")
        assert answer.status_code == 200
        assert "Ask a question" in text(answer)
        assert "Low Water" not in text(answer)

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("right=svod&territory=Germny", "Did you mean DE"),
            ("territory=US", "Choose at least one right"),
            ("right=svod", "Write where"),
            ("right=svodd&territory=US", "is no right type"),
            ("right=svod&territory=US&from=tomorrow", "is no day"),
            ("right=svod&territory=US&from=2026-02-01&to=2026-01-01", "is before the first"),
            ("right=svod&territory=US&language=german", "is no language code"),
            ("right=svod&territory=US&match=at_least&days=x", "is no number of days"),
            (
                "right=svod&territory=US&match=at_least&days=9&from=2026-01-01&to=2026-01-02",
                "9 days in a row",
            ),
        ],
        ids=["place", "no_right", "no_place", "right", "day", "order", "language", "days", "many"],
    )
    def test_what_cant_be_asked_is_said_beside_its_field(self, browser, query, said):
        answer = browser.get(f"/avails/?{query}")
        assert answer.status_code == 422
        assert said in text(answer)
        assert "<title>Error: " in answer.content.decode()

    def test_the_nearest_expressions_are_links_that_ask_them(self, browser):
        page = browser.get("/avails/?right=svod&territory=FR+%2B+Germny").content.decode()
        assert "territory=FR+%2B+DE" in html.unescape(page)

    def test_rights_are_a_tree_with_what_is_chosen_open(self, browser, org):
        page = browser.get("/avails/?right=svod&right=tvod&territory=US").content.decode()
        assert page.count('name="right" value="svod" checked') == 1
        assert page.count('name="right" value="tvod" checked') == 1
        assert len(re.findall(r'name="right" value="[a-z_]+" checked', page)) == 2
        assert page.count("<details open>") == 2  # film and television; video on demand


class TestTheAnswer:
    def test_each_title_has_its_answer_by_country_with_why_and_what_would_do(self, browser, org):
        sold, _ = film(org, "Sold"), film(org, "Free")
        sell(org, sold)
        free, no = rows_of(browser, ASKED)
        assert (free["Title"], free["Answer"]) == ("Free", "yes")
        assert no["Answer"] == "no"
        assert (no["Canada"], no["United States"]) == ("yes", "no")
        assert no["In the way"] == (
            "Sold exclusively: clause 2.1 of L-1, version 1; Subscription video on demand in US, "
            "1 May 2026 – 30 Jun 2026"
        )
        assert no["Way out"] == (
            "take each territory for the days on which it is free (61 territory-days given up)"
        )
        assert "in US, 1 Jul 2026 – 31 Dec 2026" in no["Free"]
        shown = text(browser.get(f"/avails/?{ASKED}"))
        assert "On this page: 1 yes , 1 no , 0 depends ." in shown
        assert "1 of 2 titles free" in shown

    def test_many_countries_are_told_by_region(self, browser, org):
        sell(org, film(org, "Sold"), "DE")
        [row] = rows_of(browser, "right=svod&territory=WORLD&exclusive=yes")
        assert row["Germany, Austria, Switzerland"] == "no"
        assert row["Benelux"] == "yes"
        assert len(row) > 20
        [row] = rows_of(browser, "right=svod&territory=EU&exclusive=yes&by=countries")
        assert (row["DE"], row["FR"]) == ("no", "yes")

    def test_it_is_searched_narrowed_and_by_a_saved_view(self, browser, person, org):
        film(org, "Low Water"), film(org, "Tide", "recording")  # noqa: B018
        with tenant_atomic(org.id):
            SavedView.objects.create(
                list=reverse("works"), name="songs", label="Songs", query="kind=recording",
                owner=person, changed_at=NOW,
            )  # fmt: skip
        every = "right=any&territory=US"
        assert [one["Title"] for one in rows_of(browser, f"{every}&kind=film")] == ["Low Water"]
        assert [one["Title"] for one in rows_of(browser, f"{every}&q=tide")] == ["Tide"]
        assert [one["Title"] for one in rows_of(browser, f"{every}&titles=songs")] == ["Tide"]
        page = browser.get(f"/avails/?{every}&titles=songs").content.decode()
        assert 'name="titles" value="songs"' in page  # the question keeps it

    def test_pages_keep_the_question_and_a_long_answer_is_a_job(self, browser, org, monkeypatch):
        for number in range(27):
            film(org, f"Film {number:02}")
        page = html.unescape(browser.get(f"/avails/?{ASKED}&size=25").content.decode())
        [following] = set(re.findall(r'id="list-next" href="([^"]+)"', page))
        assert "territory=US+%2B+CA" in following
        second = browser.get(following).content.decode()
        assert "Film 26" in second
        assert "Film 24" not in second
        monkeypatch.setattr(downloads, "CHUNK", 10)
        offered = text(browser.get(f"/avails/?{ASKED}&as=xlsx"))
        assert "Make the file" in offered

    def test_the_whole_of_a_long_answer_is_written_by_a_job(self, browser, org, monkeypatch):
        monkeypatch.setattr(downloads, "CHUNK", 1)
        monkeypatch.setattr(downloads, "INLINE", 1)
        sell(org, film(org, "Sold"))
        film(org, "Free")
        offered = browser.get(f"/avails/?{ASKED}&as=csv").content.decode()
        form = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', offered)
        sent = {name: html.unescape(value) for name, value in form}
        assert "territory=US" in sent["query"]
        answer = browser.post("/exports/", {**sent, "format": "csv"})
        pk = answer["Location"].strip("/").split("/")[-1]
        assert jobs.work(org.pk, pk) == "done"
        page = browser.get(f"/jobs/{pk}/").content.decode()
        [link] = re.findall(r'href="(/jobs/[^"]+/files/[^"]+)"', page)
        content = b"".join(browser.get(link).streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        assert [(one["Title"], one["Answer"]) for one in rows] == [("Free", "yes"), ("Sold", "no")]
        assert rows[1]["In the way"].startswith("Sold exclusively: clause 2.1")

    def test_the_workbook_says_what_was_asked(self, browser, org):
        from python_calamine import CalamineWorkbook

        film(org, "Free")
        answer = browser.get(f"/avails/?{ASKED}&as=xlsx")
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        about = dict(book.get_sheet_by_name("About").to_python())
        assert about["Question: territory"] == "US + CA"
        assert about["Question: exclusive"] == "yes"
        assert book.get_sheet_by_name("Avails").to_python()[1][:2] == ["Free", "yes"]

    def test_it_costs_the_same_for_many_titles(self, browser, org):
        counts = []
        for more in (2, 9):
            for number in range(more):
                sell(org, film(org, f"Film {more} {number}"))
            browser.get(f"/avails/?{ASKED}")
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(f"/avails/?{ASKED}").status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 24

    def test_another_organisations_titles_are_not_there(self, browser, org, other_org):
        hers = film(other_org, "Hers")
        assert rows_of(browser, ASKED) == []
        assert browser.get(f"/works/{hers.pk}/avails/?{ASKED}").status_code == 404


class TestOneTitle:
    def test_the_proof_leads_to_the_licence_and_ways_ask_what_is_left(self, browser, org):
        work = film(org, "Sold")
        license = sell(org, work)
        answer = browser.get(f"/works/{work.pk}/avails/?{ASKED}")
        page, shown = html.unescape(answer.content.decode()), text(answer)
        assert f'href="{reverse("license", args=[license])}"' in page
        assert "It is not free for all that is asked" in shown
        assert "start on 2026-07-01 : 122 territory-days given up" in shown
        [later] = re.findall(r'href="([^"]+)">Ask this<span class="unseen">: start on', page)
        assert "from=2026-07-01" in later
        assert "It is free for all that is asked" in text(browser.get(later))
        assert "United States: no" in page
        assert "Canada: yes" in page
        assert 'class="chart rows"' in page

    def test_conflicts_holds_and_others_claims_are_linked(self, browser, org):
        work = film(org, "Disputed")
        with tenant_atomic(org.id):
            for source, name in (("society", "GEMA says"), ("contract", "The deed says")):
                holder = holders.register(kind="other", name=name, actor=factories.TESTS, at=NOW)
                terms = NewClaim(
                    right_type="svod", shares=[(holder.pk, 1)], territory="US", source=source,
                )  # fmt: skip
                claims.claim(work_id=work.pk, terms=terms, actor=factories.TESTS, at=NOW)
            holds.place(
                work_id=work.pk, why=Why("legal", uuid4(), "An injunction"),
                actor=factories.TESTS, at=NOW,
            )  # fmt: skip
        page = browser.get(f"/works/{work.pk}/avails/?{ASKED}").content.decode()
        shown = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))
        assert "In conflict Two sources differ" in shown
        assert re.search(r'href="/conflicts/[0-9a-f-]{36}/"', page)
        assert "Not ours Society to" in shown
        assert "On hold An injunction" in shown
        [there] = set(re.findall(r'href="(/works/[^"]+/holds/[^"]+)"', page))
        assert "An injunction" in text(browser.get(there))

    def test_an_event_makes_it_depend(self, browser, org):
        work = film(org, "Perhaps")
        sell(org, work, depends="theatrical US")
        shown = text(browser.get(f"/works/{work.pk}/avails/?{ASKED}"))
        assert "It depends on what comes of an event" in shown
        assert "2.1 (depends on theatrical US)" in shown

    def test_it_asks_a_question_first_and_says_what_is_wrong(self, browser, org):
        work = film(org, "Low Water")
        assert "Is it free?" in text(browser.get(f"/works/{work.pk}/avails/"))
        answer = browser.get(f"/works/{work.pk}/avails/?right=svod&territory=Germny")
        assert answer.status_code == 422
