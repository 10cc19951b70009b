"""Pytest: start the tests' own servers before Django's settings are read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from machine import places
from machine.redis_server import Redis
from machine.servers import OWN, Servers

SERVERS = Servers("test")  # lives as long as this process, which is their user for so long


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Lead the settings to the tests' private servers, never to those of a run.

    A wrapper, so that it comes before the plugin that reads the settings.
    """
    if not _worker():
        SERVERS.join()
        environment = SERVERS.start()
        for name in OWN:
            os.environ.pop(name, None)
        os.environ.update(environment)
        os.environ["DATABASE_ADMIN_URL"] = SERVERS.admin_url()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    else:
        _own_redis().start()
        os.environ["REDIS_URL"] = _own_redis().url
        state = Path(os.environ["MEDIATRACK_STATE"]) / _worker()
        os.environ["MEDIATRACK_STATE"] = str(places.make_private(state))
    (Path(os.environ["MEDIATRACK_STATE"]) / "static").mkdir(exist_ok=True)
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this worker alone used; the shared servers belong to who started the tests."""
    if _worker():
        _own_redis().stop()


def _worker() -> str:
    """Return the name of this process among several that share the tests; one alone has none."""
    return os.environ.get("PYTEST_XDIST_WORKER", "")


def _own_redis() -> Redis:
    return Redis(SERVERS.directory / f"redis-{_worker()}")
