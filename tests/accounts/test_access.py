"""Roles: held for their time, in their organisation, and nothing without one."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import permissions
from accounts.models import CustomRole, Membership, Team, TeamMember, User
from accounts.policies import can, scope
from accounts.services import memberships
from audit.actors import command
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FAR = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def ana(db):
    """A person."""
    return User.objects.create_user("Ana@Example.org", name="Ana")


def give(user, role, **more):
    """Give a role from long ago."""
    return memberships.give(user=user, role=role, by=SETUP, at=NOW, **more)


def test_nobody_may_do_anything_without_a_role(ana, in_org):
    assert not any(can(ana, permission.code) for permission in permissions.every())


def test_a_role_gives_its_codes_and_no_others(ana, in_org):
    give(ana, permissions.LEGAL)
    assert can(ana, permissions.PEOPLE_SEE)
    assert not can(ana, permissions.PEOPLE_MANAGE)


def test_a_role_counts_in_its_organisation_only(ana, org, other_org):
    with tenant_atomic(org.id):
        give(ana, permissions.ADMINISTRATOR)
        assert can(ana, permissions.PEOPLE_MANAGE)
    with tenant_atomic(other_org.id):
        assert not can(ana, permissions.PEOPLE_MANAGE)
    assert not can(ana, permissions.PEOPLE_MANAGE)


def test_a_role_that_has_ended_or_not_begun_counts_for_nothing(ana, in_org):
    give(ana, permissions.LEGAL, ends=NOW + timedelta(days=1))
    memberships.give(user=ana, role=permissions.ADMINISTRATOR, by=SETUP, at=FAR)
    assert not can(ana, permissions.PEOPLE_SEE)


def test_a_disabled_person_may_do_nothing(ana, in_org):
    give(ana, permissions.ADMINISTRATOR)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert not can(ana, permissions.PEOPLE_MANAGE)


def test_a_teams_role_is_its_members(ana, in_org):
    team = Team.objects.create(name="Legal")
    Membership.objects.create(
        team=team, role=permissions.LEGAL, starts=NOW, granted_by=SETUP.actor_id
    )
    assert not can(ana, permissions.PEOPLE_SEE)
    TeamMember.objects.create(team=team, user=ana)
    assert can(ana, permissions.PEOPLE_SEE)


def test_an_own_role_gives_the_codes_it_names(ana, in_org):
    CustomRole.objects.create(code="watcher", name="Watcher", permissions=[permissions.PEOPLE_SEE])
    give(ana, "watcher")
    assert can(ana, permissions.PEOPLE_SEE)
    assert not can(ana, permissions.CHANGES_SEE)


def test_scope_agrees_with_can(ana, in_org):
    rows = Membership.objects.all()
    give(User.objects.create_user("other@example.org"), permissions.ADMINISTRATOR)
    assert list(scope(ana, permissions.PEOPLE_SEE, rows)) == []
    give(ana, permissions.LEGAL)
    seen = scope(ana, permissions.PEOPLE_SEE, rows)
    assert set(seen) == {row for row in rows if can(ana, permissions.PEOPLE_SEE, row)}
    assert len(seen) == 2


def test_an_undeclared_code_is_a_mistake_not_a_no(ana, in_org):
    with pytest.raises(permissions.UnknownCode):
        can(ana, "royalties.run.pots")


def test_the_same_role_twice_at_a_time_is_refused(ana, in_org):
    give(ana, permissions.LEGAL)
    with pytest.raises(memberships.RoleRefused, match="already"):
        give(ana, permissions.LEGAL)
    assert Membership.objects.count() == 1


def test_a_temporary_role_needs_an_end_and_an_unknown_one_is_refused(ana, in_org):
    with pytest.raises(memberships.RoleRefused, match="needs an end"):
        give(ana, permissions.LEGAL, temporary=True)
    with pytest.raises(memberships.RoleRefused, match="no role here"):
        give(ana, "king")


def test_the_last_administrator_stays(ana, in_org):
    first = give(ana, permissions.ADMINISTRATOR)
    with pytest.raises(memberships.RoleRefused, match="last administrator"):
        memberships.end(membership_id=first.pk, by=SETUP, at=NOW + timedelta(days=1), reason="x")
    give(User.objects.create_user("ben@example.org"), permissions.ADMINISTRATOR)
    memberships.end(membership_id=first.pk, by=SETUP, at=NOW + timedelta(days=1), reason="left")
    assert not can(ana, permissions.PEOPLE_MANAGE)
