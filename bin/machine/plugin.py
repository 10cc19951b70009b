"""Pytest: start the tests' own servers before Django's settings are read."""

import os
from collections.abc import Iterator

import pytest

from machine.servers import OWN, Servers


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Lead the settings to the tests' private servers, never to those of a run.

    A wrapper, so that it comes before the plugin that reads the settings.
    """
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        servers = Servers("test")
        servers.join()
        environment = servers.start()
        for name in OWN:
            os.environ.pop(name, None)
        os.environ.update(environment)
        os.environ["DATABASE_ADMIN_URL"] = servers.admin_url()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return (yield)
