"""Make roles and database on a server; run again, it changes nothing but passwords."""

from collections.abc import Mapping

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from foundation.database import roles

Connection = psycopg.Connection[tuple[object, ...]]


def bootstrap(
    admin_dsn: str, *, database: str, passwords: Mapping[str, str], create_databases: bool = False
) -> None:
    """Make the five roles, ``database``, its extensions and the default rights.

    ``admin_dsn`` is a superuser's connection string; ``passwords`` holds one for each role that
    logs in. With ``create_databases`` the migrations' role may create databases (test servers).
    """
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        # Roles are the whole server's: one process at a time; the lock ends with the connection.
        admin.execute("SELECT pg_advisory_lock(hashtext('mediatrack roles'))")
        _make_roles(admin, passwords, create_databases)
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not found.fetchone():
            _run(admin, "CREATE DATABASE {} OWNER {}", database, roles.OWNER)
    prepare_database(make_conninfo(admin_dsn, dbname=database))


def prepare_database(admin_dsn: str) -> None:
    """Give the database of ``admin_dsn`` its extensions, owner and default rights."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        for extension in roles.EXTENSIONS:
            _run(admin, "CREATE EXTENSION IF NOT EXISTS {}", extension)
        _run(admin, "ALTER SCHEMA public OWNER TO {}", roles.OWNER)
        _run(admin, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for role in (roles.APP, roles.BACKUP, roles.SEARCHER):
            _run(admin, "GRANT USAGE ON SCHEMA public TO {}", role)
        grants = (
            ("SELECT, INSERT, UPDATE, DELETE ON TABLES", roles.APP),
            ("USAGE, SELECT ON SEQUENCES", roles.APP),
            ("SELECT ON TABLES", roles.BACKUP),
            ("SELECT ON SEQUENCES", roles.BACKUP),
            ("SELECT ON TABLES", roles.SEARCHER),
        )
        for rights, role in grants:
            _run(
                admin,
                "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT " + rights + " TO {}",
                roles.OWNER,
                role,
            )


def _make_roles(admin: Connection, passwords: Mapping[str, str], create_databases: bool) -> None:
    present = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in (roles.OWNER, roles.SEARCHER, *roles.LOGINS):
        if role not in present:
            _run(admin, "CREATE ROLE {}", role)
        _run(admin, "ALTER ROLE {} NOSUPERUSER NOCREATEROLE NOCREATEDB", role)
    for role in roles.LOGINS:
        statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
        admin.execute(statement.format(sql.Identifier(role), sql.Literal(passwords[role])))
    # A backup must see every organisation's rows; it may only read.
    _run(admin, "ALTER ROLE {} BYPASSRLS", roles.BACKUP)
    _run(admin, "GRANT {} TO {}", roles.OWNER, roles.MIGRATE)
    _run(admin, "GRANT {} TO {}", roles.SEARCHER, roles.OWNER)
    if create_databases:
        _run(admin, "ALTER ROLE {} CREATEDB", roles.MIGRATE)


def _run(connection: Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
