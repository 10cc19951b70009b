"""What `make` can do: one function for each target, each with all the set-up it needs."""

import os
import signal
import subprocess
import sys
import time

from machine import interpreter, packages, places, servers
from machine.shell import Trouble, run, say
from machine.supervisor import Process, Supervisor, answers, free_port

MANAGE = [str(places.VENV_PYTHON), str(places.ROOT / "manage.py")]


def up() -> None:
    """Start the private servers in the background and bring the database up to date."""
    environment = _prepared("base")
    say("Ready: ./manage.py works from any shell.")
    if "DATABASE_URL" in environment:
        say(f"State: {places.state_directory()}")


def down() -> None:
    """Stop the private servers (the run's and the tests')."""
    stopped = [servers.Servers(purpose).stop() for purpose in ("run", "test")]
    say("Stopped." if any(stopped) else "Nothing was running.")


def run_product() -> None:
    """Run web, worker and beat until Ctrl-C."""
    started = time.monotonic()
    was_running = bool(servers.running_environment()) and servers.Servers("run").postgres.running()
    environment = _prepared("base")
    port = free_port(int(os.environ.get("PORT", "8000")))
    environment |= {"MEDIATRACK_BASE_URL": f"http://localhost:{port}", "MEDIATRACK_DEMO": "1"}
    logs = places.state_directory() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(os.environ | environment, logs)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, supervisor.on_signal)
    try:
        for process in _processes(port, environment):
            supervisor.start(process)
        supervisor.wait_ready()
        if not supervisor.stopping:
            say(f"\nMediaTrack Pro: http://localhost:{port}   ({time.monotonic() - started:.0f} s)")
            say(f"Logs: {logs}   Stop: Ctrl-C")
        supervisor.stay()
    finally:
        supervisor.stop()
        if not was_running and not _given():
            servers.Servers("run").stop()
        say("Stopped.")


def test(arguments: list[str]) -> int:
    """Run the tests against servers of their own; return pytest's exit code."""
    packages.ensure([*packages.NEEDED, *packages.NEEDED_BY_TESTS])
    interpreter.ensure("dev")
    try:
        command = [str(places.VENV_PYTHON), "-m", "pytest", *arguments]
        return subprocess.call(command, cwd=places.ROOT)
    finally:
        servers.Servers("test").stop_if_unused()


def check() -> int:
    """Run linters, types, import contracts and migration checks; return how many fail."""
    packages.ensure(packages.NEEDED)
    interpreter.ensure("dev")
    environment = os.environ | {"MEDIATRACK_STATE": str(places.state_directory() / "check")}
    for name in servers.OWN:
        environment.pop(name, None)
    tools = places.VENV / "bin"
    failed = []
    for name, command in {
        "ruff": [tools / "ruff", "check", "."],
        "ruff format": [tools / "ruff", "format", "--check", "."],
        "mypy": [tools / "mypy", "kernel", "foundation", "accounts", "royalties", "config"],
        "import contracts": [tools / "lint-imports"],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    }.items():
        say(f"— {name}")
        if subprocess.call([str(part) for part in command], cwd=places.ROOT, env=environment):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return len(failed)


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
                *("--no-emit-index-url", "--generate-hashes", "-q", "--system-certs"),
                *(f"requirements/{kind}.in", "-o", f"requirements/{kind}.txt"),
            ],
            doing=f"Locking requirements/{kind}.txt",
            cwd=places.ROOT,
        )
        say(f"requirements/{kind}.txt")


def _given() -> bool:
    return all(os.environ.get(name) for name in servers.OWN)


def _prepared(kind: str) -> dict[str, str]:
    """Install what is missing, start the servers, migrate; return the environment."""
    packages.ensure(packages.NEEDED)
    interpreter.ensure(kind)
    environment = servers.environment()
    env = os.environ | environment
    run([*MANAGE, "migrate", "--no-input", "-v", "0"], doing="Migrating the database", env=env)
    run([*MANAGE, "collectstatic", "--no-input", "-v", "0"], doing="Static files", env=env)
    return environment


def _processes(port: int, environment: dict[str, str]) -> list[Process]:
    python = str(places.VENV_PYTHON)
    celery = [python, "-m", "celery", "-A", "config.celery"]
    state = environment["MEDIATRACK_STATE"]
    web = [python, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--workers", "2", "--blocking-threads", "1", "config.wsgi"]
    beat = ["beat", "--loglevel", "warning", "--schedule", f"{state}/beat-schedule"]
    worker = ["worker", "--loglevel", "warning", "--concurrency", "2"]
    return [
        Process(
            "web",
            [*web[:-1], "config.wsgi:application"],
            lambda: answers(f"http://localhost:{port}/readyz"),
        ),
        Process("worker", [*celery, *worker], lambda: answers(f"http://localhost:{port}/workerz")),
        Process("beat", [*celery, *beat], lambda: answers(f"http://localhost:{port}/beatz")),
    ]


def main() -> None:
    """Run the command named on the command line."""
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else "help"), sys.argv[2:]
    try:
        if name in ("test", "bench"):
            sys.exit({"test": test, "bench": bench}[name](arguments))
        if name == "check":
            sys.exit(check())
        {"up": up, "down": down, "run": run_product, "lock": lock}[name]()
    except KeyError:
        raise SystemExit("run, up, down, test, check, bench or lock; see `make help`") from None
    except Trouble as trouble:
        raise SystemExit(str(trouble)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
