"""Pages about holders: found, registered, revised; and who looks in on their behalf."""

import html
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from foundation.tenancy import tenant_atomic
from holders.models import Holder, HolderUser
from holders.services import holders
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.LONG_AGO


@pytest.fixture
def browser(org):
    """The administrator's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def register(org, name, **more):
    """Register a person."""
    with tenant_atomic(org.id):
        return holders.register(kind="person", name=name, actor=factories.TESTS, at=NOW, **more)


def test_the_list_finds_and_costs_the_same_however_long_it_is(org, browser):
    found = []
    for more in (2, 8):
        for number in range(more):
            register(org, f"Ada {more} {number}", code=f"A{more}{number}")
        browser.get("/holders/")
        with CaptureQueriesContext(connection) as made:
            browser.get("/holders/")
        found.append(len(made))
    assert found[0] == found[1]
    shown = words(browser.get("/holders/?q=a81"))
    assert "Ada 8 1" in shown
    assert "Ada 8 2" not in shown


def test_a_number_that_fails_its_check_is_refused_beside_its_field(org, browser):
    wrong = {"kind": "person", "name": "Ada Vale", "isni": "0000 0001 2146 4380"}
    answer = browser.post("/holders/new/", wrong)
    assert answer.status_code == 422
    assert "isni" in words(answer).lower()
    with tenant_atomic(org.id):
        assert not Holder.objects.exists()
    browser.post("/holders/new/", {**wrong, "confirmed": "on"})
    with tenant_atomic(org.id):
        assert Holder.objects.get().name == "Ada Vale"


def test_two_who_revise_one_holder_lose_nothing(org, browser):
    ada = register(org, "Ada Vale")
    page = f"/holders/{ada.pk}/edit/"
    mark = re.search(r'name="version" value="([0-9]+)"', browser.get(page).content.decode())[1]
    sent = {"kind": "artist", "name": "Ada Vale", "country": "DE", "reason": "Known by now"}
    browser.post(page, {**sent, "sort_name": "Vale Ada", "version": mark})
    with tenant_atomic(org.id):
        now = Holder.objects.get(pk=ada.pk)
    assert (now.kind, now.country, now.sort_key) == ("artist", "DE", "vale ada")
    late = browser.post(page, {**sent, "name": "Ada B. Vale", "version": mark})
    assert late.status_code == 409
    assert "GEMA" in words(browser.get(f"/holders/{ada.pk}/"))


def test_somebody_invited_sees_the_statements_until_it_is_ended(
    org, browser, django_capture_on_commit_callbacks
):
    ada = register(org, "Ada Vale")
    sent = {"email": "ada@vale.example", "name": "Ada Vale", "reason": "Asked for it"}
    with django_capture_on_commit_callbacks(execute=True):
        shown = words(browser.post(f"/holders/{ada.pk}/portal/", sent, follow=True))
    assert "ada@vale.example sees the statements" in shown
    assert mail.outbox[0].to == ["ada@vale.example"]
    with tenant_atomic(org.id):
        access = HolderUser.objects.get()
    browser.post(f"/holders/{ada.pk}/portal/{access.pk}/", {"reason": "No more"})
    with tenant_atomic(org.id):
        assert HolderUser.objects.get().ends is not None


def test_inviting_needs_the_second_factor_again(org):
    boss = factories.person(org, permissions.ADMINISTRATOR)
    ada = register(org, "Ada Vale")
    browser = factories.sign_in(Client(), boss, fresh=False)
    answer = browser.post(f"/holders/{ada.pk}/portal/", {"email": "a@b.example", "reason": "x"})
    assert answer["Location"].startswith("/accounts/confirm/")
    with tenant_atomic(org.id):
        assert not HolderUser.objects.exists()


@pytest.mark.parametrize(
    ("where", "said"), [("DE", "GEMA"), ("US-CA", "ASCAP"), ("Nowhere", "not a known territory")]
)
def test_who_acts_where_is_answered(browser, where, said):
    assert said in words(browser.get(f"/societies/?where={where}&right=performance"))


def test_a_society_is_chosen_and_the_choice_taken_back(org, browser):
    asked = {"where": "AT", "right": "performance"}
    assert "AKM" in words(browser.get("/societies/", asked))
    told = {**asked, "society": "suisa", "first_day": "2020-01-01"}
    wrong = browser.post("/societies/choose/", {**told, "where": "ATX"})
    assert wrong.status_code == 422
    backwards = browser.post("/societies/choose/", {**told, "last_day": "2019-01-01"})
    assert "comes before the first" in words(backwards)
    done = browser.post("/societies/choose/", told, follow=True)
    assert "SUISA acts for you in AT." in words(done)
    assert "SUISA for Public performance in AT, from 1 Jan 2020" in words(done).replace("\xa0", " ")
    answer = words(browser.get("/societies/", asked))
    assert "by its mapping for AT (your own choice)" in answer
    [end] = re.findall(r'href="(/societies/[0-9a-f-]+/end/)"', done.content.decode())
    assert browser.post(end, {}).status_code == 422
    back = words(browser.post(end, {"reason": "Mistaken"}, follow=True))
    assert "Your own choices" not in back
    assert browser.get(end).status_code == 404
    assert browser.post(end, {"reason": "Twice"}).status_code == 404
    assert "your own choice" not in words(browser.get("/societies/", asked))
