#!/usr/bin/env python3
"""Django's command line; finds the project's own Python and its private servers by itself."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def use_own_python() -> None:
    """Start again under the project's own Python, unless this is it (or there is none yet)."""
    venv = ROOT / ".venv"
    python = venv / "bin" / "python"
    elsewhere = Path(sys.prefix).resolve() != venv.resolve()
    if elsewhere and python.exists() and os.environ.get("MEDIATRACK_PYTHON") != str(python):
        os.environ["MEDIATRACK_PYTHON"] = str(python)
        os.execv(python, [str(python), str(ROOT / "manage.py"), *sys.argv[1:]])


def use_running_servers() -> None:
    """Fill in, from what `make up` or `make run` wrote, the settings that nobody has set."""
    sys.path.append(str(ROOT / "bin"))
    from machine import servers

    for name, value in servers.running_environment().items():
        os.environ.setdefault(name, value)


def main() -> None:
    """Run one command."""
    use_own_python()
    use_running_servers()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        raise SystemExit("Django is not installed here. `make up` sets the project up.") from None
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
