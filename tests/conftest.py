"""The test database: built once by the migrations' role, used as the application's role."""

import os
from collections.abc import Iterator
from uuid import UUID

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from accounts.models import Organisation
from foundation.database import roles
from foundation.database.bootstrap import bootstrap
from foundation.tenancy import tenant_atomic
from machine.servers import Servers


def pytest_configure() -> None:
    """How fast the machine is decides no test; static files are looked for when asked for.

    Every test's client builds the middleware anew, which else reads all of them each time.
    """
    hypothesis.settings.register_profile(
        "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("suite")
    settings.WHITENOISE_AUTOREFRESH = True


def database_name() -> str:
    """Return this test process's own database (each xdist worker has one)."""
    name = os.environ.get("MEDIATRACK_TEST_DB", "suite")
    return f"test_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    """Make the database anew: roles, schema and reference rows as a user's first start does."""
    name = database_name()
    admin = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    bootstrap(admin, database=name, passwords=Servers("test").passwords())
    application = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0)
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update({**application, "NAME": name})
        settings.DATABASES["default"]["NAME"] = name
        settings.MAY_FLUSH = True
        yield
        connections.close_all()
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def admin_dsn(django_db_setup: None) -> str:
    """Return the test database's address for its superuser."""
    return make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=database_name())


@pytest.fixture
def superuser(admin_dsn: str) -> Iterator[psycopg.Connection]:
    """A connection above all walls, to look at what the application must not see."""
    with psycopg.connect(admin_dsn, autocommit=True) as link:
        yield link


@pytest.fixture
def application_dsn(admin_dsn: str) -> str:
    """Return the test database's address for the application's role."""
    password = Servers("test").passwords()[roles.APP]
    return make_conninfo(admin_dsn, user=roles.APP, password=password)


@pytest.fixture
def org(db: None) -> Organisation:
    """The organisation that a test works for."""
    return Organisation.objects.create(slug="harbour", name="Harbour Pictures")


@pytest.fixture
def other_org(db: None) -> Organisation:
    """Another organisation, whose rows must never be seen."""
    return Organisation.objects.create(slug="lantern", name="Lantern Records")


@pytest.fixture
def in_org(org: Organisation) -> Iterator[UUID]:
    """Run the test inside the organisation's wall."""
    with tenant_atomic(org.id):
        yield org.id
