"""Programs in the browser: a new secret beside the former one, their networks, their last use."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import permissions
from accounts.models import ApiClient
from accounts.selectors import clients as questions
from accounts.services import clients
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.accounts.test_api_clients import ask, made, me
from tests.accounts.test_people_pages import words

pytestmark = pytest.mark.django_db
OUTSIDE = "203.0.113.9"


@pytest.fixture
def browser(org):
    """The administrator's browser."""
    boss = factories.person(org, permissions.ADMINISTRATOR, name="Ada Administrator")
    return factories.sign_in(Client(), boss)


@pytest.fixture
def feed(org):
    """A program."""
    return made(org)


def page(feed, deed=""):
    """Return the address of the program's page, or of a deed on it."""
    return f"/people/clients/{feed.client.pk}/{deed}"


def row(org):
    """Return the program as it is now."""
    with tenant_atomic(org.id):
        return ApiClient.objects.get()


def secret_in(answer):
    """Return the secret that a page shows."""
    assert answer["Cache-Control"] == "no-store"
    return html.unescape(re.search(r'id="secret">([^<]+)<', answer.content.decode()).group(1))


def codes(org):
    """Return the codes of all events about programs."""
    with tenant_atomic(org.id):
        events = Event.objects.filter(code__startswith="accounts.client.").order_by("pk")
        return [code.rpartition(".")[2] for code in events.values_list("code", flat=True)]


def test_both_secrets_work_until_the_time_that_is_shown(org, browser, feed):
    answer = browser.post(page(feed, "rotate/"), {"overlap": "3"})
    second = secret_in(answer)
    with tenant_atomic(org.id):
        until = questions.former_works_until(feed.client, at=timezone.now())
    wanted = timezone.now() + timedelta(days=3)
    assert abs(until - wanted) < timedelta(minutes=1)
    shown = words(browser.get(page(feed)))
    for said in (words(answer), shown):
        assert f"The former secret works until {until:%-d}" in said
    assert second not in shown
    assert [ask(feed, each).status_code for each in (feed.secret, second)] == [200, 200]
    assert codes(org) == ["made", "rotated"]


def test_a_rotated_out_secret_stops_at_its_time(org, browser, feed):
    with tenant_atomic(org.id):  # as if it had been done three days ago, but for two seconds
        at = timezone.now() - timedelta(days=3, seconds=-2)
        second = clients.rotate(
            client_id=feed.client.pk, by=factories.TESTS, at=at, overlap=timedelta(days=3)
        )
        until = questions.former_works_until(feed.client, at=at)
        assert questions.former_works_until(feed.client, at=until) is None
    assert ask(feed).status_code == 200
    with tenant_atomic(org.id):
        third = clients.rotate(
            client_id=feed.client.pk,
            by=factories.TESTS,
            at=timezone.now() - timedelta(days=3),
            overlap=timedelta(days=3),
        )
    answers = [ask(feed, each).status_code for each in (second.secret, third.secret, feed.secret)]
    assert answers == [401, 200, 401]
    assert "The former secret works until" not in words(browser.get(page(feed)))


def test_without_an_overlap_the_former_secret_is_refused_at_once(org, browser, feed):
    answer = browser.post(page(feed, "rotate/"), {"overlap": "0"})
    assert "The former secret is refused from now on." in words(answer)
    assert [ask(feed, each).status_code for each in (feed.secret, secret_in(answer))] == [401, 200]


@pytest.mark.parametrize("overlap", ["91", "-1", "", "a week"])
def test_an_overlap_that_makes_no_sense_changes_nothing(org, browser, feed, overlap):
    answer = browser.post(page(feed, "rotate/"), {"overlap": overlap})
    assert answer.status_code == 422
    assert "Please correct this" in words(answer)
    assert ask(feed).status_code == 200
    assert row(org).rotated_at is None


def test_a_call_from_another_network_is_refused_with_a_problem(org, browser, feed):
    token = ask(feed).json()["access_token"]
    saved = browser.post(
        page(feed, "networks/"), {"networks": "192.0.2.0/24\n2001:db8::/32"}, follow=True
    )
    assert "may be used from 192.0.2.0/24, 2001:db8::/32" in words(saved)
    bearer = {"Authorization": f"Bearer {token}"}
    for address, status in ((OUTSIDE, 403), ("192.0.2.7", 200), ("2001:db8::7", 200)):
        answer = Client().get("/api/v1/me", headers=bearer, REMOTE_ADDR=address)
        assert answer.status_code == status
        if status == 403:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "network_not_allowed"
    assert codes(org) == ["made", "networks_set", "came_from_elsewhere"]
    shown = words(browser.get(page(feed)))
    assert "Client came from elsewhere Refused" in shown
    browser.post(page(feed, "networks/"), {"networks": "", "seen": row(org).networks})
    assert Client().get("/api/v1/me", headers=bearer, REMOTE_ADDR=OUTSIDE).status_code == 200


def test_calls_from_elsewhere_are_counted_too(org, browser, feed, settings):
    settings.API_LIMITS = {"read": 2, "write": 2}
    token = ask(feed).json()["access_token"]
    browser.post(page(feed, "networks/"), {"networks": "192.0.2.0/24"})
    bearer = {"Authorization": f"Bearer {token}"}
    answers = [
        Client().get("/api/v1/me", headers=bearer, REMOTE_ADDR=OUTSIDE).status_code
        for _ in range(3)
    ]
    assert answers == [403, 403, 429]


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "everywhere", "192.0.2.0/24\n300.0.0.0"])
def test_what_is_no_network_is_said_and_nothing_changes(org, browser, feed, wrong):
    answer = browser.post(page(feed, "networks/"), {"networks": wrong})
    assert answer.status_code == 422
    assert "is no network. Write it like 192.0.2.0/24" in words(answer)
    assert row(org).networks == []


def test_networks_that_somebody_else_changed_are_not_written_over(org, browser, feed):
    with tenant_atomic(org.id):
        clients.allow_from(
            client_id=feed.client.pk,
            networks=["192.0.2.0/24"],
            by=factories.TESTS,
            at=timezone.now(),
        )
    mine = {"networks": "198.51.100.0/24"}
    met = browser.post(page(feed, "networks/"), mine)
    assert "They are now: 192.0.2.0/24." in words(met)
    assert row(org).networks == ["192.0.2.0/24"]
    browser.post(page(feed, "networks/"), {**mine, "seen": "192.0.2.0/24"})
    assert row(org).networks == ["198.51.100.0/24"]


def test_the_last_use_is_noted_once_a_minute(org, browser, feed):
    assert "Last used never yet" in words(browser.get(page(feed)))
    token = ask(feed).json()["access_token"]
    assert row(org).last_used_at is None  # a token is not yet a use
    me(token)
    first = row(org).last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    assert "never yet" not in words(browser.get(page(feed)))
    me(token)
    assert row(org).last_used_at == first
    with tenant_atomic(org.id):
        ApiClient.objects.update(last_used_at=first - timedelta(minutes=2))
    Client().get("/api/v1/works/nothing", headers={"Authorization": f"Bearer {token}"})
    Client().get("/api/v1/jobs?limit=x", headers={"Authorization": f"Bearer {token}"})
    assert row(org).last_used_at > first  # a refused question is a use, too


def test_an_ended_program_is_offered_nothing_and_takes_nothing(org, browser, feed):
    browser.post(page(feed), {"reason": "Replaced"})
    shown = browser.get(page(feed)).content.decode()
    assert "<form method" not in shown.partition("<main")[2]
    for deed, sent in (("rotate/", {"overlap": "7"}), ("networks/", {"networks": ""})):
        answer = browser.post(page(feed, deed), sent)
        assert answer.status_code == 422
        assert "it has ended already" in words(answer)


def test_changing_them_needs_the_second_factor_again(org, feed):
    boss = factories.person(org, permissions.ADMINISTRATOR)
    stale = factories.sign_in(Client(), boss, fresh=False)
    for deed, sent in (("rotate/", {"overlap": "7"}), ("networks/", {"networks": "192.0.2.0/24"})):
        assert stale.post(page(feed, deed), sent)["Location"].startswith("/accounts/confirm/")
    assert (row(org).rotated_at, row(org).networks) == (None, [])


def test_legal_reads_and_changes_nothing(org, feed):
    lea = factories.sign_in(Client(), factories.person(org, permissions.LEGAL))
    shown = lea.get(page(feed))
    assert "Last used" in words(shown)
    assert "Make a new secret" not in words(shown)
    assert lea.post(page(feed, "rotate/"), {"overlap": "7"}).status_code == 403


def test_the_list_costs_the_same_however_long_it_is(org, browser):
    found = []
    for more in (2, 6):
        for _ in range(more):
            made(org)
        browser.get("/people/clients/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/people/clients/")
        found.append(len(asked))
    assert found[0] == found[1] <= 16
    assert "any network" in words(browser.get("/people/clients/"))
