"""Big tables in monthly parts: rows go to their month, walls and keys hold as on any table."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from foundation.database import partitions
from foundation.database.connection import owner_link
from foundation.models import TenantModel
from foundation.operations import AppendOnly, Tenant
from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
PART = "SELECT tableoid::regclass::text FROM foundation_bulk WHERE id = %s"


@pytest.fixture
def bulk():
    """A partitioned tenant table, made as a migration makes one."""
    with isolate_apps("foundation"):

        class Bulk(TenantModel):
            code = models.CharField(max_length=20)

            class Meta:
                app_label = "foundation"

            def __str__(self) -> str:
                return self.code

    with owner_link() as owner:
        owner.execute(
            "CREATE TABLE foundation_bulk (id uuid NOT NULL PRIMARY KEY, code text NOT NULL, "
            "org_id uuid NOT NULL DEFAULT NULLIF(current_setting('app.org', true), '')::uuid, "
            "CONSTRAINT code_known CHECK (code <> ''), UNIQUE (org_id, id, code))"
        )
        for operation in (partitions.Partitioned("Bulk"), Tenant("Bulk"), AppendOnly("Bulk")):
            for statement in operation.forwards(Bulk):
                owner.execute(statement)
    yield Bulk
    with owner_link() as owner:
        owner.execute("DROP TABLE foundation_bulk")
        owner.execute("DROP FUNCTION foundation_bulk_append_only")


def add(org, row_id, code="x"):
    """Insert a row as the application."""
    with tenant_atomic(org.id), connection.cursor() as cursor:
        cursor.execute("INSERT INTO foundation_bulk (id, code) VALUES (%s, %s)", [row_id, code])
        cursor.execute(PART, [row_id])
        return cursor.fetchone()[0]


def test_a_row_of_today_lies_in_this_months_part_and_an_odd_one_in_the_default(org, bulk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
        (month,) = cursor.fetchone()
    assert add(org, uuid7()) == f"parts.foundation_bulk_{month}"
    assert add(org, UUID(int=5 << 120)) == "parts.foundation_bulk_default"


def test_the_wall_the_checks_and_the_keys_hold_on_the_parts(org, other_org, bulk):
    row_id = uuid7()
    add(org, row_id)
    with tenant_atomic(other_org.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM foundation_bulk")
        assert cursor.fetchone() == (0,)
    for values, refusal in (
        ((row_id, "x"), "duplicate key"),
        ((uuid7(), ""), "code_known"),
    ):
        with pytest.raises(Exception, match=refusal):
            add(org, *values)


def test_rows_of_an_append_only_part_stay_as_they_are(org, bulk):
    row_id = uuid7()
    part = add(org, row_id)
    with owner_link() as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(
            f"ALTER TABLE foundation_bulk NO FORCE ROW LEVEL SECURITY; DELETE FROM {part}"
        )


def test_the_application_reaches_no_part_directly(org, bulk, application_dsn):
    part = add(org, uuid7())
    with (
        psycopg.connect(application_dsn) as link,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        link.execute(f"SELECT * FROM {part}")


def parts():
    """Return how many monthly parts the table has."""
    with owner_link() as owner:
        query = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'foundation_bulk'::regclass"
        return owner.execute(query).fetchone()[0] - 1  # the default part


def test_the_application_makes_the_months_ahead_and_only_once(org, bulk):
    assert parts() == 5  # last month, this month, three ahead
    partitions.make_ahead(8)
    assert parts() == 10
    assert partitions.make_ahead(8) == 0
