"""People, roles, the audit trail and the outbox in a real browser."""

from datetime import UTC, datetime

import pytest

from accounts import permissions
from accounts.models import Membership
from accounts.services import memberships, roles, teams
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def people(harbour):
    """A few people, a team and a role of the organisation's own."""
    lea = factories.person(harbour, permissions.LEGAL, name="Lea Legal")
    factories.person(harbour, permissions.OPS, name="Olu Operations")
    with tenant_atomic(harbour.id):
        team = teams.make(name="Night shift", by=factories.TESTS, at=NOW)
        teams.add(team=team, user=lea, by=factories.TESTS, at=NOW)
        memberships.give(user=team, role=permissions.OPS, by=factories.TESTS, at=NOW)
        roles.define(name="Auditor", codes=[permissions.AUDIT_SEE], by=factories.TESTS, at=NOW)
    return {"lea": lea, "team": team}


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, people, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    lea, team = people["lea"].pk, people["team"].pk
    for name, path in (
        ("people", "/people/"),
        ("person", f"/people/{lea}/"),
        ("invite", "/people/invite/"),
        ("teams", "/people/teams/"),
        ("team", f"/people/teams/{team}/"),
        ("roles", "/people/roles/"),
        ("role-new", "/people/roles/new/"),
        ("clients", "/people/clients/"),
        ("client-new", "/people/clients/new/"),
        ("audit", "/audit/"),
        ("outbox", "/outbox/"),
    ):
        assert eyes.open(path) == 200
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")
    eyes.open("/audit/?q=role+given")
    eyes.page.get_by_role("link", name="Role given", exact=True).first.click()
    eyes.page.wait_for_url("**/audit/*-*/")
    assert eyes.violations() == []
    eyes.shoot(f"event-{width}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_role_is_given_and_ended_by_keyboard_alone(page_as, harbour, people, scripts):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=scripts)
    lea = people["lea"].pk
    eyes.open(f"/people/{lea}/")
    eyes.tab_to("id_role")
    eyes.page.keyboard.type("Rights")
    eyes.tab_to("id_reason")
    eyes.page.keyboard.type("Helps in March")
    eyes.tab_to("Give the role")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("The role counts from now on.").wait_for()
    eyes.tab_to("End Rights manager")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/end/")
    eyes.tab_to("id_reason")
    eyes.page.keyboard.type("March is over")
    eyes.tab_to("End the role")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("The role has ended").wait_for()
    with tenant_atomic(harbour.id):
        held = Membership.objects.get(user_id=lea, role=permissions.RIGHTS)
    assert held.ends is not None
