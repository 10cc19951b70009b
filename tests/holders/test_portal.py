"""Portal access: a person sees the holders they were given, for as long as it holds."""

from datetime import UTC, datetime

import pytest

from accounts import permissions
from accounts.models import User
from accounts.services import memberships
from audit.actors import command
from foundation.tenancy import tenant_atomic
from holders import policies
from holders.selectors import holders as known
from holders.services import holders, portal

pytestmark = pytest.mark.django_db
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def ada(db):
    """A person."""
    return User.objects.create_user("ada@example.org", name="Ada")


@pytest.fixture
def holder(in_org):
    """A holder beside another."""
    holders.register(kind="label", name="Kestrel", actor=SETUP, at=NOW)
    return holders.register(kind="person", name="Ada Okafor", actor=SETUP, at=NOW)


def test_a_creator_sees_the_own_holder_alone_and_only_while_it_holds(ada, holder):
    assert list(policies.visible(ada)) == []
    access = portal.give(holder_id=holder.pk, user_id=ada.pk, actor=SETUP, at=NOW)
    assert list(policies.visible(ada)) == [holder]
    portal.end(access_id=access.pk, actor=SETUP, at=LATER, reason="Left")
    assert list(policies.visible(ada)) == known.portal_of(ada.pk) == []


def test_a_role_sees_all_of_its_organisation(ada, holder, other_org):
    memberships.give(user=ada, role=permissions.RIGHTS, by=SETUP, at=NOW)
    assert policies.visible(ada).count() == 2


def test_another_organisation_sees_nothing_of_it(ada, other_org):
    with tenant_atomic(other_org.id):
        assert list(policies.visible(ada)) == []


def test_access_is_given_once_at_a_time_and_ends_once(ada, holder):
    told = {"holder_id": holder.pk, "user_id": ada.pk, "actor": SETUP, "at": NOW}
    access = portal.give(**told, ends=LATER)
    with pytest.raises(portal.AccessRefused, match="at that time already"):
        portal.give(**told)
    with pytest.raises(portal.AccessRefused, match="ended already"):
        portal.end(access_id=access.pk, actor=SETUP, at=LATER, reason="?")


def test_nobody_looks_in_on_behalf_of_the_reserved_holders(ada, in_org):
    house, _ = holders.ensure_reserved(at=NOW)
    with pytest.raises(portal.AccessRefused, match="nobody's"):
        portal.give(holder_id=house.pk, user_id=ada.pk, actor=SETUP, at=NOW)
