"""Raw SQL against the wall of every tenant table, and thousands of transactions side by side.

T2 and T3: the tables come from PostgreSQL's catalogue, so a new table is tested the day it is made.
"""

import random
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection
from psycopg import errors, sql

from accounts.models import Organisation
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from tests.foundation.rows import THE_ID, Table, act_as_application, drop_checks, tried

OURS, THEIRS = uuid4(), uuid4()


def links_between_tenant_tables(link: psycopg.Connection, name: str) -> list[str]:
    """Return the columns of a table that point to another tenant table."""
    found = link.execute(
        "SELECT (SELECT attname FROM pg_attribute a WHERE a.attrelid = k.conrelid "
        "AND a.attnum = k.conkey[2]) FROM pg_constraint k "
        "WHERE contype = 'f' AND conrelid = %s::regclass AND cardinality(conkey) > 1",
        [name],
    )
    return [column for (column,) in found]


@pytest.fixture
def world(superuser) -> Iterator[tuple[psycopg.Connection, list[Table]]]:
    """Every tenant table with one row of the other organisation, in a transaction undone later.

    Checks, triggers and keys to global tables are taken away: they are not what is tested, and
    without them any value makes a row.
    """
    with superuser.transaction(force_rollback=True):
        names = [
            name
            for (name,) in superuser.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                "WHERE attname = 'org_id' AND relkind IN ('r', 'p') AND NOT relispartition "
                "AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]
        drop_checks(superuser, names)
        tables = [Table(superuser, name) for name in names]
        for table in tables:
            table.run(superuser, "ALTER TABLE {} DISABLE TRIGGER USER")
        superuser.execute("SET LOCAL session_replication_role = 'replica'")
        for table in tables:
            superuser.execute(table.insert(THEIRS))
        superuser.execute("SET LOCAL session_replication_role = 'origin'")
        yield superuser, tables


def test_nothing_of_another_organisation_is_seen_or_changed(world):
    link, tables = world
    assert len(tables) >= 3
    for table in tables:
        for org in (OURS, None):
            with tried(link):
                act_as_application(link, org)
                assert table.run(link, "SELECT count(*) FROM {}").fetchone() == (0,), table.name
                with link.cursor() as cursor:
                    whole = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table.name))
                    with cursor.copy(whole) as copied:
                        assert list(copied) == [], table.name
                for statement in ("DELETE FROM {}", "UPDATE {} SET id = id"):
                    try:
                        with link.transaction():
                            assert table.run(link, statement).rowcount == 0, table.name
                    except errors.InsufficientPrivilege:
                        pass  # the application may not even try
        with tried(link):
            act_as_application(link, THEIRS)
            assert table.run(link, "SELECT count(*) FROM {}").fetchone() == (1,), table.name


def test_nothing_is_written_for_another_organisation(world):
    link, tables = world
    endings = ("", "RETURNING id", "ON CONFLICT DO NOTHING", "ON CONFLICT DO NOTHING RETURNING id")
    for table in tables:
        for org in (OURS, None):
            for ending in endings:
                with tried(link):
                    act_as_application(link, org)
                    with pytest.raises(errors.InsufficientPrivilege):
                        link.execute(table.insert(THEIRS, ending=ending))
        with tried(link):
            act_as_application(link, OURS)
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))
            refused = (errors.InsufficientPrivilege, errors.FeatureNotSupported)
            with pytest.raises(refused), link.cursor().copy(statement):
                pass
        with tried(link):
            act_as_application(link, OURS)
            link.execute(table.insert(OURS, id=str(uuid4())))
            with pytest.raises(errors.InsufficientPrivilege):
                link.execute(
                    sql.SQL("UPDATE {} SET org_id = {}").format(
                        sql.Identifier(table.name), sql.Literal(str(THEIRS))
                    )
                )


def test_no_key_tells_what_another_organisation_has(world):
    link, tables = world
    for table in tables:
        with tried(link):
            act_as_application(link, OURS)
            link.execute(table.insert(OURS))  # the same values, even the same id: no conflict
        for column in links_between_tenant_tables(link, table.name):
            with tried(link):
                fresh = {name: None for name in links_between_tenant_tables(link, table.name)}
                link.execute(
                    sql.SQL("ALTER TABLE {} {}").format(
                        sql.Identifier(table.name),
                        sql.SQL(", ").join(
                            sql.SQL("ALTER {} DROP NOT NULL").format(sql.Identifier(name))
                            for name in fresh
                        ),
                    )
                )
                act_as_application(link, OURS)
                row = table.insert(OURS, **{**fresh, "id": str(uuid4()), column: str(THE_ID)})
                link.execute("SET CONSTRAINTS ALL IMMEDIATE")
                with pytest.raises(errors.ForeignKeyViolation):
                    link.execute(row)


ROUNDS, THREADS = 2500, 4


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_transactions_never_mix_organisations():
    somebody = SimpleNamespace(actor_id=uuid4(), actor_kind="system")
    orgs = [Organisation.objects.create(slug=f"o{n}", name=f"O{n}").id for n in range(2)]
    for number, org in enumerate(orgs):
        with tenant_atomic(org):
            for _ in range(number + 1):
                jobs.enqueue("test.wall", {}, actor=somebody)
    wrong: list[object] = []
    done: list[int] = []

    def alternate(seed: int) -> None:
        chance, count = random.Random(seed), 0  # noqa: S311
        try:
            for number in range(ROUNDS):
                count += one_transaction(chance, orgs[number % 2], number % 2 + 1, wrong)
        except Exception as mishap:  # the thread's own death must fail the test
            wrong.append(mishap)
        finally:
            done.append(count)
            connection.close()

    threads = [threading.Thread(target=alternate, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sum(done) == ROUNDS * THREADS


def one_transaction(chance: random.Random, org: UUID, rows: int, wrong: list[object]) -> int:
    """Look at the rows of ``org`` (it has ``rows``), possibly with a mishap; return 1."""
    mishap = chance.random()
    try:
        with tenant_atomic(org):
            if mishap < 0.05:
                raise ZeroDivisionError
            if mishap < 0.10:
                with pytest.raises(ZeroDivisionError), tenant_atomic(org):
                    raise ZeroDivisionError
            seen = list(Job.objects.values_list("org_id", flat=True))
            if seen != [org] * rows:
                wrong.append((org, seen))
            if mishap > 0.99:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    except ZeroDivisionError:
        pass
    except (OperationalError, InterfaceError):
        connection.close()
    if mishap > 0.95 and Job.objects.exists():
        wrong.append("rows outside any organisation")
    return 1
