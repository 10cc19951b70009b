"""Pages about works: what they say of shares, deals, money and time, and what they cost."""

import html
import re
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
from rights.services import claims, registration
from rights.services.terms import NewClaim
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def browser(org):
    """The rights manager's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.RIGHTS))


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def register(org, title, **more):
    """Register a film."""
    with tenant_atomic(org.id):
        new = NewWork("film", title, **more)
        return registration.register_work(work=new, actor=factories.TESTS, at=NOW)


def claim(org, work, parts, total, **more):
    """Claim the film's rights for a new holder."""
    with tenant_atomic(org.id):
        holder = holders.register(kind="studio", name="Pier Studios", actor=factories.TESTS, at=NOW)
        terms = NewClaim("audiovisual", [(holder.pk, parts)], total, **more)
        claims.claim(work_id=work.pk, terms=terms, actor=factories.TESTS, at=NOW)
        return holder


def test_the_list_says_which_works_have_an_unclaimed_part(org, browser):
    whole, part = register(org, "The Long Pier", code="LP"), register(org, "Low Tide")
    claim(org, part, 2, 3, territory="FR")
    shown = words(browser.get("/works/"))
    assert "2 works" in shown
    assert "Part is unclaimed" in shown
    assert words(browser.get("/works/?shares=open")).count("1 work,") >= 1
    assert "Low Tide" not in words(browser.get("/works/?q=lp"))
    assert "Works with an unclaimed part" in words(browser.get("/"))
    assert str(whole.pk) in browser.get("/works/?shares=registered").content.decode()


def test_the_list_costs_the_same_however_long_it_is(org, browser):
    found = []
    for more in (2, 8):
        for number in range(more):
            register(org, f"Film {more} {number}", identifiers=(("own", f"F{more}-{number}"),))
        browser.get("/works/")
        with CaptureQueriesContext(connection) as made:
            browser.get("/works/")
        found.append(len(made))
    assert found[0] == found[1]


def test_the_rights_of_a_day_sum_to_the_whole(org, browser):
    work = register(org, "Low Tide")
    claim(org, work, 2, 3, territory="FR", window=Window(date(2027, 1, 1), None))
    page = f"/works/{work.pk}/rights/"
    before = words(browser.get(f"{page}?on=2026-12-31"))
    assert "Pier Studios" not in before
    after = words(browser.get(f"{page}?on=2027-01-01"))
    assert "Pier Studios 66.6667 % 2 of 3" in after
    assert "33.3333 % unclaimed" in after
    assert "WORLD - FR" in after
    assert "is no day" in words(browser.get(f"{page}?on=sometime"))


def test_the_timeline_draws_what_the_table_says(org, browser):
    work = register(org, "Low Tide")
    claim(org, work, 1, 1, territory="FR", window=Window(date(2027, 1, 1), date(2028, 1, 1)))
    answer = browser.get(f"/works/{work.pk}/timeline/")
    assert "1 Jan 2027 31 Dec 2027".replace(" ", "") in re.sub(r"\s", "", words(answer))
    assert answer.content.decode().count("<rect") == 1  # what the registration left is no window


def test_who_reads_the_changelog_sees_names_for_ids(org, browser):
    work = register(org, "Low Tide")
    claim(org, work, 1, 1)
    shown = words(browser.get(f"/works/{work.pk}/changelog/"))
    assert "Claim made" in shown
    assert "Pier Studios" in shown


def test_works_of_others_are_not_found(org, other_org, browser):
    work = register(other_org, "Elsewhere")
    assert browser.get(f"/works/{work.pk}/").status_code == 404
    assert "Elsewhere" not in words(browser.get("/works/"))
