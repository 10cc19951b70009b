"""The connection that owns: for migrations, reference tables and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections


def as_owner() -> None:
    """Make the default connection of this process the migrations' role, acting as the owner.

    For management commands that change the schema or reference tables; there is no way back within
    the process.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close()
    name = connection.settings_dict["NAME"]
    options = {"options": f"-c role={settings.DATABASE_OWNER}"}
    given = settings.MIGRATE_DATABASE
    connection.settings_dict.update(
        {**given, "NAME": name, "OPTIONS": {**given["OPTIONS"], **options}, "AS_OWNER": True}
    )


@contextmanager
def owner_link() -> Iterator["psycopg.Connection[Any]"]:
    """Open a second connection, as the owner, beside the application's own; commit at the end."""
    given = settings.MIGRATE_DATABASE
    with psycopg.connect(
        dbname=connections[DEFAULT_DB_ALIAS].settings_dict["NAME"],
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        options=f"-c role={settings.DATABASE_OWNER}",
        **given["OPTIONS"],
    ) as link:
        yield link


def count_tables() -> None:
    """Let PostgreSQL count what its tables hold, as their owner: after much has been loaded, plans
    for empty tables would be used until it does so by itself, a minute later."""
    with owner_link() as link:
        link.execute("ANALYZE")
