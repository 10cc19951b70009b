"""The connection that owns: for migrations, reference tables and nothing else."""

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
