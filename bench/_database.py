"""A database of its own for a benchmark, as the tests have one: made anew, dropped afterwards."""

import os
import subprocess
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
    from machine.servers import OWN, ROLES, Servers

    servers = Servers("test")
    servers.join()
    try:
        environment, passwords = servers.start(), servers.passwords()
        for name in OWN:
            os.environ.pop(name, None)
        url = servers.postgres.url
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="config.settings")
        os.environ["DATABASE_MIGRATE_URL"] = url(ROLES[0], passwords[ROLES[0]], NAME)
        os.environ["DATABASE_URL"] = url(ROLES[1], passwords[ROLES[1]], NAME)
        with tempfile.TemporaryDirectory() as state:
            os.environ["MEDIATRACK_KEYS"] = f"{state}/keys"
            os.environ["MEDIATRACK_FILES"] = f"{state}/files"
            yield from _made(servers.admin_url(), passwords)
    finally:
        servers.leave()
        servers.stop_if_unused()


def _made(admin: str, passwords: dict[str, str]) -> Iterator[Any]:
    """Make the database; migrations run in a process of their own, whose memory doesn't count."""
    import django
    import psycopg

    django.setup()
    from django.db import connections

    from accounts.models import Organisation
    from foundation.database.bootstrap import bootstrap

    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
    bootstrap(admin, database=NAME, passwords=passwords)
    try:
        call = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(call, cwd=ROOT, check=True)
        yield Organisation.objects.create(slug="bench", name="Bench Pictures")
    finally:
        connections.close_all()
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
