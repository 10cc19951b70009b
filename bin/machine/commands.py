"""What `make` can do: one function for each target, each with all the set-up it needs."""

import os
import subprocess
import sys
from collections.abc import Callable

from machine import (
    compose,
    interpreter,
    packages,
    places,
    preparation,
    product,
    servers,
    supervisor,
)
from machine.shell import Trouble, run, say

WHOLE_SUITE = ["-q", "-n", "auto", "--maxprocesses", "8", "--dist", "worksteal"]


def up() -> None:
    """Start the private servers in the background and bring the database up to date."""
    preparation.prepare("base")
    say(f"Ready: ./manage.py works from any shell. State: {places.state_directory()}")


def down() -> None:
    """Stop the private servers (the run's and the tests')."""
    stopped = [servers.Servers(purpose).stop() for purpose in ("run", "test")]
    say("Stopped." if any(stopped) else "Nothing was running.")


def demo() -> None:
    """Empty the database and load the demo anew."""
    running = servers.Servers("run").running()
    environment = preparation.prepare("base", for_run=running)
    preparation.load_demo(environment, anew=True)
    preparation.show_demo_accounts(environment)


def test(arguments: list[str]) -> int:
    """Run the tests against servers of their own; return pytest's exit code.

    The whole suite is shared by one process for each processor; a part of it runs in one.
    """
    packages.ensure([*packages.NEEDED, *packages.NEEDED_BY_TESTS])
    interpreter.ensure("dev")
    try:
        command = [str(places.VENV_PYTHON), "-m", "pytest", *(arguments or WHOLE_SUITE)]
        return subprocess.call(command, cwd=places.ROOT)
    finally:
        servers.Servers("test").stop_if_unused()


def check() -> int:
    """Run linters, types, import contracts and migration checks; return how many fail."""
    packages.ensure(packages.NEEDED)
    interpreter.ensure("dev")
    private = servers.Servers("test")
    private.join()
    try:
        environment = os.environ | private.start()
        failed = [name for name, call in _checks().items() if not _passes(name, call, environment)]
    finally:
        private.leave()
        private.stop_if_unused()
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return len(failed)


def _checks() -> dict[str, list[str]]:
    """Return name -> command of every check."""
    tools = places.VENV / "bin"
    apps = sorted(found.parent.name for found in places.ROOT.glob("[a-z]*/__init__.py"))
    product_code = [name for name in apps if name != "tests"]
    return {
        "ruff": [str(tools / "ruff"), "check", "."],
        "ruff format": [str(tools / "ruff"), "format", "--check", "."],
        "mypy": [str(tools / "mypy"), *product_code, "bin/machine"],
        "import contracts": [str(tools / "lint-imports")],
        "migrations": [*preparation.MANAGE, "makemigrations", "--check", "--dry-run"],
    }


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    say(f"— {name}")
    return subprocess.call(command, cwd=places.ROOT, env=environment) == 0


def audit() -> int:
    """Look for known holes: in the locked packages, and by pattern in our code."""
    interpreter.ensure("dev")
    tools = places.VENV / "bin"
    calls = {
        "pip-audit": [
            *(str(tools / "pip-audit"), "--strict", "--require-hashes", "--disable-pip"),
            *("-r", "requirements/base.txt"),
        ],
        "bandit": [str(tools / "bandit"), "-q", "-lll", "-c", "pyproject.toml", "-r", "."],
    }
    return sum(not _passes(name, call, dict(os.environ)) for name, call in calls.items())


def bench(arguments: list[str]) -> int:
    """Run the benchmarks; return how many failed."""
    interpreter.ensure("dev")
    programs = sorted((places.ROOT / "bench").glob("[a-z]*.py"))
    python = str(places.VENV_PYTHON)
    wanted = [p for p in programs if not arguments or p.stem in arguments]
    return sum(subprocess.call([python, str(p)], cwd=places.ROOT) != 0 for p in wanted)


def lock() -> None:
    """Compile requirements/*.in to hashed *.txt."""
    for kind in ("tools", "base", "dev"):
        run(
            [
                *(places.VENV / "bin" / "uv", "pip", "compile", "--python-version", "3.11"),
                *(
                    "--no-emit-index-url",
                    "--generate-hashes",
                    "--no-header",
                    "-q",
                    "--system-certs",
                ),
                *(f"requirements/{kind}.in", "-o", f"requirements/{kind}.txt"),
            ],
            doing=f"Locking requirements/{kind}.txt",
            cwd=places.ROOT,
        )
        say(f"requirements/{kind}.txt")


def answers(arguments: list[str]) -> int:
    """Ask an address of the product; return 0 if it answers 200 (health checks use it)."""
    return 0 if len(arguments) == 1 and supervisor.answers(arguments[0]) else 1


def main() -> None:
    """Run the command named on the command line."""
    deeds: dict[str, Callable[[], int | None]] = {
        "up": up,
        "down": down,
        "run": product.run,
        "demo": demo,
        "check": check,
        "audit": audit,
        "compose-env": compose.write_environment,
        "lock": lock,
    }
    with_arguments = {"test": test, "bench": bench, "answers": answers}
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else "help"), sys.argv[2:]
    try:
        if name in with_arguments:
            sys.exit(with_arguments[name](arguments))
        if name not in deeds:
            known = ", ".join([*deeds, *with_arguments])
            raise Trouble(f"There is no command {name}. There are: {known}. See `make help`.")
        sys.exit(deeds[name]())
    except Trouble as trouble:
        raise SystemExit(str(trouble)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
