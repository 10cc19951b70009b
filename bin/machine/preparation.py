"""Set-up before anything runs: packages, Python, servers, schema, static files, demo."""

import os
from collections.abc import Mapping

from machine import interpreter, packages, places, servers
from machine.shell import run, say

MANAGE = [str(places.VENV_PYTHON), str(places.ROOT / "manage.py")]
# All in one process: starting Django takes longer than what they find to do most times. What the
# last one prints is what the person at the terminal is told.
TOGETHER = """
import compileall, io, pathlib, sys
import django
from django.core.management import call_command
django.setup()
for name in ("migrate", "collectstatic"):
    call_command(name, interactive=False, verbosity=0, skip_checks=False)
for each in pathlib.Path(".").glob("[a-z]*/apps.py"):  # who runs it may not be who may write here
    compileall.compile_dir(each.parent, quiet=2)
if "load_demo" in sys.argv:
    call_command("load_demo", if_empty=True, stdout=io.StringIO())
if "demo_accounts" in sys.argv:
    call_command("demo_accounts")
"""


def prepare(kind: str, *, for_run: bool = False) -> dict[str, str]:
    """Install what is missing, start the servers, migrate; return the environment to run in.

    `for_run` says that the servers are started for one `make run`, not to stay.
    """
    packages.ensure(packages.NEEDED)
    interpreter.ensure(kind)
    environment = servers.environment(for_run=for_run)
    _together(environment)
    return environment


def prepare_run() -> tuple[dict[str, str], str]:
    """Prepare for `make run` with its demo; return the environment, and the demo's sign-ins."""
    packages.ensure(packages.NEEDED)
    interpreter.ensure("base")
    environment = servers.environment(for_run=True)
    demo = (os.environ | environment).get("MEDIATRACK_DEMO") == "1"
    wanted = [name for name in ("load_demo", "demo_accounts") if demo and has_command(name)]
    if wanted:
        say("Looking after database and demo …")
    return environment, _together(environment, *wanted).rstrip()


def _together(environment: Mapping[str, str], *wanted: str) -> str:
    env = os.environ | dict(environment)
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    together = [str(places.VENV_PYTHON), "-c", TOGETHER, *wanted]
    doing = "Migrating the database, static files, the demo"
    return run(together, doing=doing, env=env, cwd=places.ROOT)


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
