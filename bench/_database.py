"""A database of its own for a benchmark, as the tests have one: made anew, dropped afterwards."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bin")]

NAME = "mediatrack_bench"


@contextmanager
def organisation() -> Iterator[Any]:
    """Yield an organisation in a fresh database, reached as the application reaches it."""
    from machine.servers import OWN, Servers

    servers = Servers("test")
    servers.join()
    try:
        environment = servers.start()
        for name in OWN:
            os.environ.pop(name, None)
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="config.settings")
        with tempfile.TemporaryDirectory() as state:
            os.environ["MEDIATRACK_KEYS"] = f"{state}/keys"
            os.environ["MEDIATRACK_FILES"] = f"{state}/files"
            yield from _made(servers)
    finally:
        servers.leave()
        servers.stop_if_unused()


def _made(servers: Any) -> Iterator[Any]:
    import django
    import psycopg

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    from accounts.models import Organisation
    from foundation.database.bootstrap import bootstrap

    admin = servers.admin_url()
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
    bootstrap(admin, database=NAME, passwords=servers.passwords())
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        connection.close()
        yield Organisation.objects.create(slug="bench", name="Bench Pictures")
    finally:
        connections.close_all()
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
