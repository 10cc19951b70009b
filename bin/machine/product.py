"""What `make run` starts, and the demo that it shows."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from machine import account, places, preparation, servers
from machine.shell import Trouble, say
from machine.supervisor import Process, Supervisor, answers, free_port


def run() -> None:
    """Run web, worker and beat until Ctrl-C; stop what was started, and nothing else."""
    started = time.monotonic()
    private = servers.Servers("run")
    with _only_one(places.state_directory() / "running"):
        try:
            environment, told = preparation.prepare_run()
            _supervise(environment, told, started)
        finally:
            if private.belong_to_run():
                private.stop()
            say("Stopped.")


def _supervise(environment: dict[str, str], told: str, started: float) -> None:
    port = free_port(int(os.environ.get("PORT", "8000")), exactly="PORT" in os.environ)
    address = f"http://localhost:{port}"
    environment = {"MEDIATRACK_BASE_URL": address} | environment
    logs = places.state_directory() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    state = Path(environment["MEDIATRACK_STATE"])
    unprivileged = account.for_run(state)
    if unprivileged is not None:
        unprivileged.own(state)
        environment = environment | {"HOME": str(state)}
    supervisor = Supervisor(os.environ | environment, logs, unprivileged)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.on_signal)
    try:
        for process in processes(port, state):
            supervisor.start(process)
        supervisor.wait_ready()
        if not supervisor.stopping:
            say(f"\n{told}" if told else "")
            say(f"\nMediaTrack Pro: {address}   (ready after {time.monotonic() - started:.0f} s)")
            say(f"Logs: {logs}   Stop: Ctrl-C")
        supervisor.stay()
    finally:
        supervisor.stop()


def processes(port: int, state: Path) -> list[Process]:
    """Return the three processes of the product, the web at a port of this machine."""
    python = str(places.VENV_PYTHON)
    web = [python, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--workers", "2", "--blocking-threads", "1"]
    celery = [python, "-m", "celery", "-A", "config.celery"]
    worker = ["worker", "--loglevel", "warning", "--concurrency", "2"]
    beat = ["beat", "--loglevel", "warning", "--schedule", str(state / "beat-schedule")]
    commands = {
        "web": ([*web, "config.wsgi:application"], "readyz"),
        "worker": ([*celery, *worker], "workerz"),
        "beat": ([*celery, *beat], "beatz"),
    }
    return [Process(name, command, _asks(port, page)) for name, (command, page) in commands.items()]


def _asks(port: int, page: str) -> Callable[[], bool]:
    return lambda: answers(f"http://127.0.0.1:{port}/{page}")


@contextmanager
def _only_one(file: Path) -> Iterator[None]:
    """Refuse to run this checkout twice at the same time."""
    servers.make_open(file.parent)
    with file.open("a") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Trouble("This checkout runs already, in another terminal.") from None
        yield
