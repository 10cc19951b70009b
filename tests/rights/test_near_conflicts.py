# ruff: noqa: F811
"""Near-conflicts as lists: over-claims, unclaimed shares, gaps; and what they cost."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine.boxes import Window
from rights.models import Claim
from rights.selectors import near
from rights.services import claims, registration
from rights.services.terms import NewClaim
from tests import factories
from tests.rights.test_editing_pages import words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def people(org):
    """Two studios."""
    with tenant_atomic(org.id):
        return [
            holders.register(kind="studio", name=name, actor=factories.TESTS, at=NOW).pk
            for name in ("Pier Studios", "Tide Distribution")
        ]


@pytest.fixture
def browser(org):
    """The analyst's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def work(kind, title, *terms):
    """Register a work and make claims to it; return its key."""
    made = registration.register_work(work=NewWork(kind, title), actor=factories.TESTS, at=NOW)
    for each in terms:
        claims.claim(work_id=made.pk, terms=each, actor=factories.TESTS, at=NOW)
    return made.pk


@pytest.fixture
def catalogue(org, people):
    """A film as registered; a book claimed in part of the world, a third of it unclaimed; a song
    that two sources claim whole, and one whose two sources fit into the whole."""
    pier, tide = people
    with tenant_atomic(org.id):
        return {
            "film": work("film", "The Long Pier"),
            "book": work(
                "book", "Salt and Slate",
                NewClaim("book", [(pier, 2)], 3, "EU", Window(date(2027, 1, 1), None)),
            ),
            "song": work(
                "composition", "Low Tide",
                NewClaim("sync", [(pier, 1)], source_ref="C-1"),
                NewClaim("sync", [(tide, 1)], territory="DE", source="society", source_ref="GEMA"),
            ),
            "halves": work(
                "composition", "High Tide",
                NewClaim("sync", [(pier, 1)], 2, source_ref="C-2"),
                NewClaim("sync", [(tide, 1)], 2, source="society", source_ref="GEMA"),
            ),
        }  # fmt: skip


def titles(org, found, told):
    with tenant_atomic(org.id):
        rows = list(found())
        return sorted((one.title, one.right, one.where, one.share) for one in told(rows).values())


def test_a_gap_is_what_only_the_registration_holds_beside_a_claim(org, catalogue):
    found = titles(org, near.gaps, near.told_gaps)
    assert {title for title, *_ in found} == {"Salt and Slate"}
    assert ("Salt and Slate", "Book publishing", "EU", "100 %") in [
        (title, right, where, share) for title, right, where, share in found
    ] or len(found) == 2


def test_open_shares_are_those_that_nobody_is_known_to_hold(org, catalogue):
    found = titles(org, near.open_shares, near.told_open)
    assert ("Salt and Slate", "33.3333 %") in {(title, share) for title, _, _, share in found}
    assert {title for title, *_ in found} == {"Salt and Slate", "High Tide"}


def test_over_claims_name_more_than_the_whole_to_the_last_part(org, people, catalogue):
    assert [(t, w, s) for t, _, w, s in titles(org, near.over_claims, near.told_over)] == [
        ("Low Tide", "DE", "200 %")
    ]
    pier, tide = people
    with tenant_atomic(org.id):
        for title, more in (("Just over", 1), ("Just whole", 0)):
            work(
                "composition", title,
                NewClaim("sync", [(pier, 333_333_333)], 999_999_999, source_ref="C-3"),
                NewClaim("sync", [(tide, 666_666_666 + more)], 999_999_999, source="society"),
            )  # fmt: skip
    assert {t for t, *_ in titles(org, near.over_claims, near.told_over)} == {
        "Low Tide", "Just over",
    }  # fmt: skip


PAGES = ["/conflicts/near/", "/conflicts/near/unclaimed/", "/conflicts/near/gaps/"]


@pytest.mark.parametrize("page", PAGES)
def test_each_list_costs_few_queries_and_comes_as_a_file(browser, catalogue, page):
    browser.get(page)
    with CaptureQueriesContext(connection) as asked:
        shown = browser.get(page)
    assert shown.status_code == 200
    assert len(asked) <= 26
    file = browser.get(f"{page}?as=csv")
    assert file.status_code == 200
    title = "Low Tide" if page == PAGES[0] else "Salt and Slate"
    assert title in words(shown)
    assert title in file.content.decode()
    assert "The Long Pier" not in file.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=book", True),
        ("kind=film", False),
        ("right=book", True),
        ("right=sync", False),
        ("where=JP", True),
        ("where=WORLD", True),
        ("when=today", True),
    ],
)
def test_gaps_are_narrowed_by_kind_right_place_and_day(browser, catalogue, query, found):
    assert ("Salt and Slate" in words(browser.get(f"/conflicts/near/gaps/?{query}"))) is found


def test_a_gap_of_the_past_is_not_of_today(org, browser, people):
    with tenant_atomic(org.id):
        terms = NewClaim("book", [(people[0], 1)], window=Window(date(2020, 1, 1), None))
        work("book", "Old Tide", terms)
    assert "Old Tide" in words(browser.get("/conflicts/near/gaps/"))
    assert "Old Tide" not in words(browser.get("/conflicts/near/gaps/?when=later"))


def test_an_unknown_place_is_said_and_not_applied(browser, catalogue):
    shown = words(browser.get("/conflicts/near/gaps/?where=Frnace"))
    assert "is not a known territory" in shown
    assert "Salt and Slate" in shown


def test_lists_go_on_page_by_page(org, browser, people):
    with tenant_atomic(org.id):
        for number in range(27):
            work("book", f"Book {number:02}", NewClaim("book", [(people[0], 1)], 2, "DE"))
    first = browser.get("/conflicts/near/unclaimed/?size=25").content.decode()
    assert first.count("Book ") >= 25
    after = first.split("after=")[1].split('"')[0]
    last = words(browser.get(f"/conflicts/near/unclaimed/?size=25&after={after}"))
    assert "Book 00" in last
    assert "Book 26" not in last


def test_gaps_are_read_along_their_index(org, catalogue):
    with tenant_atomic(org.id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = Claim.objects.known_at().filter(near.IN_PART).order_by("-pk")[:51].explain()
    assert "claim_gap" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("page", PAGES)
def test_each_list_is_searched_by_its_work(browser, catalogue, page):
    title, other = ("Low Tide", "High") if page == PAGES[0] else ("Salt and Slate", "Low")
    assert title in words(browser.get(page, {"q": title.lower()}))
    assert title not in words(browser.get(page, {"q": other}))
