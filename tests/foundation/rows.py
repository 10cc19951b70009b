"""Rows of any table, made from what PostgreSQL's catalogue says of its columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from foundation.database import roles

THE_ID = uuid4()
BY_NAME = {
    "uuid": str(THE_ID),
    "bytea": "\\x00",
    "jsonb": "{}",
    "json": "{}",
    "inet": "127.0.0.1",
    "interval": "1 day",
    "tsvector": "",
}
BY_CATEGORY = {"S": "x", "N": "1", "B": "f", "D": "2026-01-01", "A": "{}"}
BY_KIND = {"r": "empty", "m": "{}"}


class Table:
    """One tenant table, with a value for each of its columns."""

    def __init__(self, link: psycopg.Connection, name: str) -> None:
        self.name = name
        self.columns = {}
        for column, type_name, category, kind in link.execute(
            "SELECT attname, t.typname, t.typcategory, t.typtype FROM pg_attribute a "
            "JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = %s::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [name],
        ):
            value = BY_KIND.get(kind) or BY_NAME.get(type_name, BY_CATEGORY.get(category))
            assert value is not None, f"{name}.{column}: say above what a {type_name} looks like"
            self.columns[column] = value

    def insert(self, org: UUID, *, ending: str = "", **other: object) -> sql.Composed:
        """Return an INSERT of the row of ``org``."""
        row = {**self.columns, "org_id": str(org), **other}
        return sql.SQL("INSERT INTO {} ({}) VALUES ({}) {}").format(
            sql.Identifier(self.name),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Literal, row.values())),
            sql.SQL(ending),
        )

    def run(self, link: psycopg.Connection, statement: str) -> psycopg.Cursor:
        """Run a statement that names the table as {}."""
        return link.execute(sql.SQL(statement).format(sql.Identifier(self.name)))


def drop_checks(link: psycopg.Connection, names: list[str]) -> None:
    """Take away checks and keys to global tables, so that any values make a row."""
    for table, constraint in link.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conislocal "
        "AND conrelid::regclass::text = ANY(%s) AND conparentid = 0 "
        "AND (contype = 'c' OR contype = 'f' AND cardinality(conkey) = 1)",
        [names],
    ).fetchall():
        link.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')


@contextmanager
def tried(link: psycopg.Connection) -> Iterator[None]:
    """Undo whatever is done inside."""
    with link.transaction(force_rollback=True):
        yield


def act_as_application(link: psycopg.Connection, org: UUID | None) -> None:
    """Become the application's role, working for ``org``, until the savepoint ends."""
    link.execute("SELECT set_config('app.org', %s, true)", [str(org or "")])
    link.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(roles.APP)))
