"""The pages about people and roles: what they show, what they change, what they refuse."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import permissions
from accounts.models import ApiClient, CustomRole, Membership, Team, User
from accounts.policies import can
from accounts.services import memberships, roles, teams
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def boss(org):
    """The administrator."""
    return factories.person(org, permissions.ADMINISTRATOR, name="Ada Administrator")


@pytest.fixture
def browser(boss):
    """The administrator's browser."""
    return factories.sign_in(Client(), boss)


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def codes(org):
    """Return the codes of all events so far."""
    with tenant_atomic(org.id):
        return list(Event.objects.values_list("code", flat=True))


def test_the_list_names_roles_of_their_own_and_of_teams(org, browser):
    lea = factories.person(org, permissions.LEGAL, name="Lea Legal")
    with tenant_atomic(org.id):
        team = teams.make(name="Night shift", by=factories.TESTS, at=NOW)
        teams.add(team=team, user=lea, by=factories.TESTS, at=NOW)
        memberships.give(user=team, role=permissions.OPS, by=factories.TESTS, at=NOW)
    shown = words(browser.get("/people/"))
    assert "Legal and compliance, Operations (Night shift)" in shown
    assert "2 people" in shown
    assert "1 person" in words(browser.get("/people/?role=ops"))


def test_the_list_costs_the_same_however_long_it_is(org, browser):
    found = []
    for more in (2, 8):
        for _ in range(more):
            factories.person(org, permissions.LEGAL)
        browser.get("/people/")
        with CaptureQueriesContext(connection) as made:
            browser.get("/people/")
        found.append(len(made))
    assert found[0] == found[1]


def test_who_was_never_here_is_not_found(org, other_org, browser):
    stranger = factories.person(other_org, permissions.LEGAL)
    assert browser.get(f"/people/{stranger.pk}/").status_code == 404
    assert stranger.email not in words(browser.get("/people/"))


def test_inviting_gives_the_role_until_its_last_day_and_mails(
    org, browser, django_capture_on_commit_callbacks
):
    last = (NOW + timedelta(days=30)).date()
    sent = {"email": "New@Harbour.example", "name": "Nia New", "role": "legal", "last_day": last}
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/people/invite/", sent, follow=True)
    assert "new@harbour.example is invited" in words(answer)
    with tenant_atomic(org.id):
        held = Membership.objects.get(user__email="new@harbour.example")
    assert held.ends.date() == last + timedelta(days=1)
    assert mail.outbox[0].to == ["new@harbour.example"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "no address"}, "Enter a valid email address"),
        ({"role": "emperor"}, "Select a valid choice"),
        ({"last_day": "2020-01-01"}, "This day is past"),
    ],
)
def test_a_wrong_invitation_invites_nobody(org, browser, wrong, said):
    sent = {"email": "new@harbour.example", "role": "legal", **wrong}
    answer = browser.post("/people/invite/", sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not User.objects.filter(email="new@harbour.example").exists()


def test_managing_needs_the_second_factor_again(org, boss):
    browser = factories.sign_in(Client(), boss, fresh=False)
    answer = browser.post("/people/invite/", {"email": "n@harbour.example", "role": "legal"})
    assert answer["Location"].startswith("/accounts/confirm/")
    assert not User.objects.filter(email="n@harbour.example").exists()


def test_a_role_given_and_ended_counts_at_once(org, browser):
    lea = factories.person(org, permissions.LEGAL)
    given = {"role": permissions.OPS, "reason": "Covers for Olu"}
    browser.post(f"/people/{lea.pk}/roles/", given)
    with tenant_atomic(org.id):
        assert can(lea, permissions.OUTBOX_SEE)
        held = Membership.objects.get(user=lea, role=permissions.OPS)
    again = browser.post(f"/people/{lea.pk}/roles/", given)
    assert again.status_code == 422
    assert "They have this role at that time already." in words(again)
    browser.post(f"/people/held/{held.pk}/end/", {"reason": "Olu is back"})
    with tenant_atomic(org.id):
        assert not can(lea, permissions.OUTBOX_SEE)
    shown = words(browser.get(f"/people/{lea.pk}/"))
    assert "Covers for Olu" in shown
    assert "Ended" in shown


def test_the_last_administrator_stays_alone_or_by_a_team(org, boss, browser):
    with tenant_atomic(org.id):
        mine = Membership.objects.get(user=boss)
        team = teams.make(name="Heads", by=factories.TESTS, at=NOW)
        memberships.give(
            user=team, role=permissions.ADMINISTRATOR, by=factories.TESTS, at=factories.LONG_AGO
        )
    end = {"reason": "Leaves"}
    refused = browser.post(f"/people/held/{mine.pk}/end/", end)
    assert "This is the last administrator" in words(refused)  # the team is empty
    other = factories.person(org, permissions.LEGAL)
    browser.post(f"/people/teams/{team.pk}/join/", {"email": other.email})
    browser.post(f"/people/held/{mine.pk}/end/", end)
    heir = factories.sign_in(Client(), other)
    shown = heir.post(f"/people/teams/{team.pk}/leave/{other.pk}/", follow=True)
    assert "This is the last administrator" in words(shown)
    with tenant_atomic(org.id):
        assert team.members.count() == 1


def test_a_role_of_ones_own_holds_what_it_says_for_all_who_have_it(org, browser):
    lea = factories.person(org)
    browser.post("/people/roles/new/", {"name": "Auditor", "codes": ["accounts.audit.see"]})
    with tenant_atomic(org.id):
        role = CustomRole.objects.get()
        memberships.give(user=lea, role=role.code, by=factories.TESTS, at=factories.LONG_AGO)
        assert can(lea, permissions.AUDIT_SEE)
    changed = {"name": "Auditor", "codes": ["accounts.people.see"], "version": "1"}
    browser.post(f"/people/roles/{role.pk}/", changed)
    with tenant_atomic(org.id):
        assert not can(lea, permissions.AUDIT_SEE)
    late = browser.post(f"/people/roles/{role.pk}/", changed)
    assert late.status_code == 409
    for said in (
        "Somebody changed this while you did",
        permissions.find("accounts.people.see").label,
    ):
        assert said in words(late)
    assert {"accounts.own_role.defined", "accounts.own_role.changed"} <= set(codes(org))


@pytest.mark.parametrize("name", ["Legal", "API client", "…"])
def test_a_built_in_roles_name_is_not_to_be_had(org, in_org, name):
    with pytest.raises(roles.OwnRoleRefused):
        roles.define(name=name, codes=["accounts.audit.see"], by=factories.TESTS, at=NOW)


def test_a_team_has_a_role_once_at_a_time(org, in_org):
    team = teams.make(name="Heads", by=factories.TESTS, at=NOW)
    memberships.give(user=team, role=permissions.OPS, by=factories.TESTS, at=NOW)
    with pytest.raises(memberships.RoleRefused):
        memberships.give(user=team, role=permissions.OPS, by=factories.TESTS, at=NOW)
    with pytest.raises(teams.TeamRefused):
        teams.make(name="Heads", by=factories.TESTS, at=NOW)
    assert Team.objects.count() == 1


def test_a_clients_secret_is_shown_once_and_works_until_it_is_ended(org, browser):
    may = {"name": "Feed", "codes": ["accounts.people.see"]}
    answer = browser.post("/people/clients/new/", may)
    assert answer["Cache-Control"] == "no-store"
    secret = re.search(r'id="secret">([^<]+)<', answer.content.decode()).group(1)
    with tenant_atomic(org.id):
        client = ApiClient.objects.get()
    asked = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": html.unescape(secret),
    }
    assert Client().post("/api/v1/oauth/token", asked).status_code == 200
    page = f"/people/clients/{client.pk}/"
    assert secret not in browser.get(page).content.decode()
    browser.post(page, {"reason": "Replaced"})
    assert Client().post("/api/v1/oauth/token", asked).status_code >= 400


def test_a_program_is_offered_nothing_that_needs_a_person(org, browser):
    assert reverse("client_new") == "/people/clients/new/"
    offered = browser.get("/people/clients/new/").content.decode()
    assert "accounts.people.see" in offered
    assert "accounts.people.manage" not in offered


def test_own_roles_are_a_list_with_who_holds_them(org, browser):
    assert "No own roles" in words(browser.get("/people/roles/"))
    browser.post("/people/roles/new/", {"name": "Auditor", "codes": ["accounts.audit.see"]})
    shown = words(browser.get("/people/roles/?q=audi"))
    assert "Auditor auditor 1 0" in shown
    assert "No own roles match" in words(browser.get("/people/roles/?q=zzz")) or "Nothing" in words(
        browser.get("/people/roles/?q=zzz")
    )
    assert "Role,Code" in browser.get("/people/roles/?as=csv").content.decode()
