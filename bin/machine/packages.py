"""The system's own packages: install what is missing, where that can be done."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from machine import places
from machine.shell import Trouble, run, say

NEEDED = (
    "python3-venv",
    "make",
    "postgresql",
    "redis-server",
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-dejavu-core",
    "fonts-droid-fallback",
    "libchromaprint-tools",
    "ca-certificates",
)
NEEDED_BY_TESTS = ("chromium",)
HOMEBREW = "python@3.11 postgresql@16 redis pango harfbuzz chromaprint"
CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def missing(names: Sequence[str]) -> list[str]:
    """Return those of the named Debian packages that are not installed."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    installed = {
        line.split()[0].split(":")[0]
        for line in done.stdout.splitlines()
        if line.endswith(" installed")
    }
    return [name for name in names if name not in installed]


def ensure(names: Sequence[str]) -> None:
    """Install the named packages where missing, or say clearly what is missing."""
    if shutil.which("dpkg-query") is None:
        _look_without_apt()
        return
    wanted = missing(names)
    if not wanted:
        return
    prefix = _privilege(wanted)
    say(f"Installing {' '.join(wanted)} …")
    _no_stray_cluster(prefix)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    run([*apt, "update"], doing="apt-get update", env=env)
    run(
        [*apt, "install", "--no-install-recommends", *wanted],
        doing="apt-get install",
        env=env,
    )


def _privilege(wanted: Sequence[str]) -> list[str]:
    """Return what to put before apt-get: nothing for root, sudo where it asks no password."""
    hint = f"apt-get install --no-install-recommends {' '.join(wanted)}"
    if shutil.which("apt-get") is None:
        raise Trouble(f"Missing on this machine: {' '.join(wanted)}. There is no apt-get here.")
    if places.is_root():
        return []
    if shutil.which("sudo") is not None:
        tried = subprocess.run(["sudo", "-n", "true"], capture_output=True)
        if tried.returncode == 0:
            return ["sudo", "-n"]
    raise Trouble(
        f"Missing on this machine: {' '.join(wanted)}. "
        f"Run once with sudo, or have an administrator run: {hint}"
    )


def _no_stray_cluster(prefix: Sequence[str]) -> None:
    """Keep the PostgreSQL package from starting a server of its own when it is installed."""
    if CREATECLUSTER.exists() or Path("/etc/postgresql").exists():
        return
    run([*prefix, "mkdir", "-p", CREATECLUSTER.parent], doing="Preparing PostgreSQL's package")
    run(
        [*prefix, "tee", CREATECLUSTER],
        doing="Preparing PostgreSQL's package",
        text_in="create_main_cluster = false\n",
    )


def _look_without_apt() -> None:
    """On a machine without Debian packages: refuse, naming what is missing, unless all is there."""
    programs = [name for name in ("initdb", "pg_ctl", "redis-server") if shutil.which(name) is None]
    if programs:
        raise Trouble(
            f"Missing on this machine: {' '.join(programs)}. "
            f"There is no apt here; with Homebrew: brew install {HOMEBREW}"
        )
