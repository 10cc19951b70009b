"""The project's own Python environment, `.venv`, kept in step with the locked requirements."""

import hashlib
import os
import sys
import time
from pathlib import Path

from machine import places
from machine.shell import Trouble, run, say, warn

REQUIREMENTS = places.ROOT / "requirements"
OLDEST = (3, 11)


def ensure(kind: str) -> None:
    """Make `.venv` hold exactly the locked packages: `base` to run, `dev` to test as well.

    An environment that already holds `dev` serves for `base` too.
    """
    if sys.version_info < OLDEST:
        raise Trouble(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version}.")
    serving = {kind, "dev"}
    if places.VENV_PYTHON.exists() and _stamp_file().exists():
        held = _stamp_file().read_text().strip()
        if held in {_stamp(name) for name in serving}:
            return
    started = time.monotonic()
    say(f"Setting up Python packages in {places.VENV.name} …")
    _create()
    _fill(kind)
    _stamp_file().write_text(_stamp(kind) + "\n")
    say(f"Python packages are ready ({time.monotonic() - started:.0f} s).")


def _stamp_file() -> Path:
    return places.VENV / "mediatrack-requirements"


def _stamp(kind: str) -> str:
    """Return a mark for the locked files of one kind, by their content."""
    digest = hashlib.sha256()
    for name in ("tools.txt", "base.txt", *(["dev.txt"] if kind == "dev" else [])):
        digest.update((REQUIREMENTS / name).read_bytes())
    return f"{kind} {digest.hexdigest()}"


def _create() -> None:
    """Make the virtual environment with the installer inside, unless it is there already."""
    if not (places.VENV / "bin" / "pip").exists():
        run(
            [sys.executable, "-m", "venv", "--clear", places.VENV],
            doing="Making the Python environment",
        )
    run(
        [*_pip("install"), "--require-hashes", "-r", REQUIREMENTS / "tools.txt"],
        doing="Installing the installer",
        env=_environment(),
    )


def _fill(kind: str) -> None:
    """Install the locked packages, checked against their hashes."""
    locked = REQUIREMENTS / f"{kind}.txt"
    sync = (places.VENV / "bin" / "uv", "pip", "sync", "--require-hashes", "--system-certs")
    compiled = "--compile-bytecode"  # who runs it may not be who may write there
    try:
        run(
            [*sync, compiled, locked, REQUIREMENTS / "tools.txt"],
            doing="Installing Python packages",
            env=_environment() | {"VIRTUAL_ENV": str(places.VENV)},
        )
    except Trouble as trouble:
        # pip reads settings (a mirror, a proxy) that the quicker installer does not know.
        warn(f"{trouble}\nTrying again with pip …")
        run(
            [*_pip("install"), "--require-hashes", "-r", locked],
            doing="Installing Python packages with pip",
            env=_environment(),
        )


def _pip(command: str) -> list[str | Path]:
    return [places.VENV_PYTHON, "-m", "pip", command, "-q", "--disable-pip-version-check"]


def _environment() -> dict[str, str]:
    """Return this process's environment without what would point Python elsewhere."""
    strange = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in strange}
