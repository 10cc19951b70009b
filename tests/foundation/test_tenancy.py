"""The setting that opens an organisation's rows, and nothing but it."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from foundation.tenancy import OtherTenant, current_org, tenant_atomic

pytestmark = pytest.mark.django_db


def setting() -> str:
    """Return what PostgreSQL holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.org', true), '')")
        return cursor.fetchone()[0]


def test_the_organisation_is_set_inside_and_gone_outside():
    org = uuid4()
    assert (setting(), current_org()) == ("", None)
    with tenant_atomic(org):
        assert (setting(), current_org()) == (str(org), org)
    assert (setting(), current_org()) == ("", None)


def test_the_same_organisation_may_open_again_inside():
    org = uuid4()
    with tenant_atomic(org):
        with tenant_atomic(org):
            assert setting() == str(org)
        assert setting() == str(org)


def test_another_organisation_inside_is_refused():
    with (
        tenant_atomic(uuid4()),
        pytest.raises(OtherTenant),
        tenant_atomic(uuid4()),
    ):
        pytest.fail("two organisations at once")


def test_an_error_inside_closes_the_wall_again():
    with pytest.raises(ZeroDivisionError), tenant_atomic(uuid4()):
        1 / 0  # noqa: B018
    assert (setting(), current_org()) == ("", None)


def test_an_error_in_an_inner_savepoint_keeps_the_outer_wall():
    org = uuid4()
    with tenant_atomic(org):
        with pytest.raises(ZeroDivisionError), tenant_atomic(org):
            1 / 0  # noqa: B018
        assert setting() == str(org)


def test_a_plain_transaction_around_it_sees_nothing_afterwards():
    with transaction.atomic():
        with tenant_atomic(uuid4()):
            pass
        assert setting() == ""
