"""Set-up before anything runs: packages, Python, servers, schema, static files, demo."""

import os
from collections.abc import Mapping

from machine import interpreter, packages, places, servers
from machine.shell import run, say

MANAGE = [str(places.VENV_PYTHON), str(places.ROOT / "manage.py")]
# Both in one process: starting Django takes longer than what they find to do most times.
BOTH = """
import django
from django.core.management import call_command
django.setup()
for name in ("migrate", "collectstatic"):
    call_command(name, interactive=False, verbosity=0, skip_checks=False)
"""


def prepare(kind: str, *, for_run: bool = False) -> dict[str, str]:
    """Install what is missing, start the servers, migrate; return the environment to run in.

    `for_run` says that the servers are started for one `make run`, not to stay.
    """
    packages.ensure(packages.NEEDED)
    interpreter.ensure(kind)
    environment = servers.environment(for_run=for_run)
    env = os.environ | environment
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    both = [str(places.VENV_PYTHON), "-c", BOTH]
    run(both, doing="Migrating the database, static files", env=env, cwd=places.ROOT)
    return environment


def load_demo(environment: Mapping[str, str], *, anew: bool = False) -> None:
    """Fill an empty database with the demo; with `anew` empty it first. Not outside a demo."""
    env = os.environ | dict(environment)
    if env.get("MEDIATRACK_DEMO") != "1" or not has_command("load_demo"):
        return
    if anew:
        run([*MANAGE, "flush", "--no-input"], doing="Emptying the demo", env=env)
    say("Looking after the demo …")
    run([*MANAGE, "load_demo", "--if-empty"], doing="Loading the demo", env=env)


def show_demo_accounts(environment: Mapping[str, str]) -> None:
    """Print the demo's sign-ins, if there is a demo."""
    env = os.environ | dict(environment)
    if env.get("MEDIATRACK_DEMO") == "1" and has_command("demo_accounts"):
        say("\n" + run([*MANAGE, "demo_accounts"], doing="Listing sign-ins", env=env).rstrip())


def has_command(name: str) -> bool:
    """Tell whether one of the apps has a management command."""
    return any(places.ROOT.glob(f"*/management/commands/{name}.py"))
