"""Set-up before anything runs: packages, Python, servers, schema, static files, demo."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from machine import interpreter, packages, places, servers
from machine.shell import run, say

MANAGE = [str(places.VENV_PYTHON), str(places.ROOT / "manage.py")]
# In one process: starting Django takes longer than what they find to do most times.
SCHEMA = """
import compileall, pathlib
import django
from django.core.management import call_command
django.setup()
for name in ("migrate", "collectstatic"):
    call_command(name, interactive=False, verbosity=0, skip_checks=False)
for each in pathlib.Path(".").glob("[a-z]*/apps.py"):  # who runs it may not be who may write here
    compileall.compile_dir(each.parent, quiet=2)
"""
# After migrating a process is the owner of all tables: the demo needs another one.
DEMO = """
import io
import django
from django.core.management import call_command
django.setup()
call_command("load_demo", if_empty=True, stdout=io.StringIO())
call_command("demo_accounts")
"""


def prepare(kind: str, *, for_run: bool = False) -> dict[str, str]:
    """Install what is missing, start the servers, migrate; return the environment to run in.

    `for_run` says that the servers are started for one `make run`, not to stay.
    """
    packages.ensure(packages.NEEDED)
    interpreter.ensure(kind)
    environment = servers.environment(for_run=for_run)
    _python(SCHEMA, environment, doing="Migrating the database, static files")
    return environment


def prepare_run() -> tuple[dict[str, str], str]:
    """Prepare for `make run` with its demo; return the environment, and the demo's sign-ins.

    What was prepared from these very files in this very database is not prepared again.
    """
    packages.ensure(packages.NEEDED)
    interpreter.ensure("base")
    environment = servers.environment(for_run=True)
    demo = (os.environ | environment).get("MEDIATRACK_DEMO") == "1" and has_command("load_demo")
    kept, mark = _Kept(Path(environment["MEDIATRACK_STATE"]) / "prepared.json"), ""
    if not servers.given():
        mark = f"{servers.Servers('run').mark()} {demo} {_fingerprint()}"
        if kept.mark() == mark:
            return environment, kept.told()
    _python(SCHEMA, environment, doing="Migrating the database, static files")
    told = ""
    if demo:
        say("Looking after the demo …")
        told = _python(DEMO, environment, doing="Loading the demo").rstrip()
    kept.keep(mark, told)
    return environment, told


class _Kept:
    """What the last start prepared, and what it told of the demo."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def mark(self) -> str:
        return self._read("mark")

    def told(self) -> str:
        return self._read("told")

    def keep(self, mark: str, told: str) -> None:
        self._file.write_text(json.dumps({"mark": mark, "told": told}))

    def _read(self, name: str) -> str:
        try:
            return str(json.loads(self._file.read_text())[name])
        except (OSError, ValueError, KeyError):
            return ""


def _fingerprint() -> str:
    """Return a mark of the checkout's code and static files, by their times and sizes."""
    digest = hashlib.sha256()
    folders = [init.parent for init in places.ROOT.glob("[a-z]*/__init__.py")]
    for folder in sorted([*folders, places.ROOT / "static", places.ROOT / "requirements"]):
        for path in sorted(folder.rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                stat = path.stat()
                digest.update(f"{path} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return digest.hexdigest()


def _python(code: str, environment: Mapping[str, str], *, doing: str) -> str:
    env = os.environ | dict(environment)
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    return run([places.VENV_PYTHON, "-c", code], doing=doing, env=env, cwd=places.ROOT)


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
