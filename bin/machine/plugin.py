"""Pytest: start the tests' own servers before Django's settings are read."""

import os

from machine.servers import OWN, Servers


def pytest_load_initial_conftests() -> None:
    """Lead the settings to the tests' private servers, never to those of a run."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    servers = Servers("test")
    environment = servers.start()
    for name in OWN:
        os.environ.pop(name, None)
    os.environ.update(environment)
    os.environ["DATABASE_ADMIN_URL"] = servers.admin_url()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
