"""The application doesn't start with a database role that the walls would not hold."""

from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from foundation import jobs
from foundation.checks import refuse_unsafe_role
from foundation.database.connection import owner_link
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in_as(admin_dsn, django_db_blocker):
    """Make the default connection another role's for one test."""
    own = dict(connection.settings_dict)

    def sign_in(user, password):
        connection.close()
        connection.settings_dict.update(USER=user, PASSWORD=password)

    yield sign_in
    connection.close()
    connection.settings_dict.update(own)


def test_the_applications_role_is_taken():
    refuse_unsafe_role()


@pytest.mark.django_db(transaction=True)
def test_a_superuser_is_refused(sign_in_as, admin_dsn):
    admin = psycopg.conninfo.conninfo_to_dict(admin_dsn)
    sign_in_as(admin["user"], admin["password"])
    with pytest.raises(ImproperlyConfigured, match="above the walls"):
        refuse_unsafe_role()


@pytest.mark.django_db(transaction=True)
def test_an_owner_is_refused(superuser):
    superuser.execute("CREATE TABLE stray ()")
    superuser.execute("ALTER TABLE stray OWNER TO mediatrack_app")
    try:
        with pytest.raises(ImproperlyConfigured, match="above the walls"):
            refuse_unsafe_role()
    finally:
        superuser.execute("DROP TABLE stray")


@pytest.mark.django_db(transaction=True)
def test_the_owner_stands_behind_the_wall_too(org, superuser):
    asker = SimpleNamespace(actor_id=uuid4(), actor_kind="system")
    with tenant_atomic(org.id):
        jobs.enqueue("test.owner", {}, actor=asker)
    count = "SELECT count(*) FROM foundation_job"
    assert superuser.execute(count).fetchone() == (1,)
    with owner_link() as owner:
        assert owner.execute(count).fetchone() == (0,)
