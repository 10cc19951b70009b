"""Pages about places: what they find, what an expression means, own words and venues."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.services import events
from foundation.tenancy import tenant_atomic
from territories.models import OrgGroup, OrgRate, Venue
from territories.services import rates
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def browser(org):
    """The rights manager's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.RIGHTS))


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_a_place_shows_what_lies_in_it_and_around_it(browser):
    shown = words(browser.get("/territories/?in=us"))
    assert "California US-CA" in shown
    assert "In World" in shown
    assert "Bavaria" in words(browser.get("/territories/?q=DE-BY")) or "Bayern" in words(
        browser.get("/territories/?q=DE-BY")
    )
    assert browser.get("/territories/?in=XX").status_code == 404


@pytest.mark.parametrize(("on", "count"), [("2015-06-30", 28), ("2021-06-30", 27)])
def test_a_group_has_the_members_of_its_day(browser, on, count):
    assert f"{count} members on" in words(browser.get(f"/territories/groups/?group=EU&on={on}"))


def test_an_expression_says_what_it_means_on_a_day(browser):
    shown = words(browser.get("/territories/tester/?text=eu+%2B+ch+-+it&on=2021-06-30"))
    assert "27 countries" in shown
    assert "Kept as EU + CH - IT" in shown
    assert "a part of 1" in words(browser.get("/territories/tester/?text=DE-BY"))


def test_a_wrong_word_is_named_with_the_nearest(browser):
    answer = browser.get("/territories/tester/?text=DE+%2B+Frnace")
    assert answer.status_code == 422
    assert "'Frnace' at character 6 is not a known territory" in words(answer)
    assert "DE + FR" in words(answer)


def test_own_words_and_venues_are_made_and_refused(org, browser):
    group = {"group-code": "our-dach", "group-name": "Ours", "group-expression": "DE + AT + CH"}
    answer = browser.post("/territories/own/", {"deed": "group", **group}, follow=True)
    assert "OUR-DACH means DE + AT + CH." in words(answer)
    wrong = {"deed": "group", **group, "group-expression": "DE + Frnace"}
    refused = browser.post("/territories/own/", wrong)
    assert refused.status_code == 422
    assert "'Frnace' at character 6" in words(refused)
    venue = {"venue-code": "LOC:PIER", "venue-name": "Pier Hall", "venue-territory": "GB"}
    browser.post("/territories/own/", {"deed": "venue", **venue})
    closing = {"close-code": "LOC:PIER", "close-on": "2027-01-01", "close-reason": "Torn down"}
    browser.post("/territories/own/", {"deed": "close", **closing})
    with tenant_atomic(org.id):
        assert OrgGroup.objects.get().expression == "DE + AT + CH"
        assert Venue.objects.get().closed_on.isoformat() == "2027-01-01"


def test_rates_are_a_list_narrowed_to_a_day_and_taken_as_a_file(browser):
    browser.get("/territories/rates/")
    with CaptureQueriesContext(connection) as made:
        shown = words(browser.get("/territories/rates/?on=2024-06-30"))
    assert "Mechanical" in shown
    assert "Holds on: 30 Jun 2024" in shown
    asked = [each["sql"] for each in made.captured_queries if "territoryrate" in each["sql"]]
    assert len(asked) <= 2
    on_that_day = browser.get("/territories/rates/?on=2024-06-30&as=csv").content.decode()
    every = browser.get("/territories/rates/?as=csv").content.decode()
    assert 1 < len(on_that_day.splitlines()) < len(every.splitlines())
    assert "Where,Right,Rate" in every
    assert "US Mechanical" in words(browser.get("/territories/rates/?q=us+phonorecords"))
    wrong = words(browser.get("/territories/rates/?on=soon"))
    assert "soon" in wrong


def test_own_rates_are_a_list_of_their_own(org, browser):
    assert "No own rates" in words(browser.get("/territories/rates/own/"))
    with tenant_atomic(org.id):
        OrgRate.objects.create(
            territory_id="DE", right_type_id="mechanical", kind="percent", value=9,
            basis="retail_price", source="Our contract", recorded_at=NOW,
        )  # fmt: skip
    shown = words(browser.get("/territories/rates/own/?right=mechanical&place=de"))
    assert "DE Mechanical" in shown
    assert "9 % of retail price" in shown
    assert "Our contract" not in words(browser.get("/territories/rates/"))


def test_own_rates_end_with_what_happened_to_them_alone(org, browser):
    loader = factories.person(org, permissions.RIGHTS)
    whole = ("accounts.organisation", org.id)
    with tenant_atomic(org.id):
        events.record("accounts.policy.set", subject=whole, actor=loader, at=NOW, reason="Secret")
        lines = ["territory,right_type,starts,ends,kind,value,per_minute,currency,basis,source"]
        lines.append("DE,mechanical,2026-01-01,,percent,9,,,retail_price,Our contract")
        rates.load(rows=rates.read_rows(lines), actor=loader, at=NOW)
    shown = words(browser.get("/territories/rates/own/"))
    assert "What happened to it" in shown
    assert "Added: 1" in shown
    assert "Secret" not in shown
    assert "What happened to it" not in words(browser.get("/territories/rates/"))


def test_groups_are_searched_sorted_and_counted_on_a_day(browser):
    shown = words(browser.get("/territories/groups/?q=nord&on=2021-06-30"))
    assert "Nordic" in shown
    assert "Benelux" not in shown
    eu = browser.get("/territories/groups/?q=eu&sort=-name&on=2015-06-30")
    assert "/territories/groups/?group=EU&amp;on=2015-06-30" in eu.content.decode()
    assert "28" in words(eu)
    assert browser.get("/territories/groups/?as=csv").status_code == 200
