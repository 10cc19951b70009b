"""`make run`: web, worker and beat under one roof; Ctrl-C stops what was started, nothing else."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from machine import places
from machine.account import Account
from machine.shell import Trouble, last_of, say

PATIENCE = 60.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass
class Process:
    """One process of the product, with the question whether it is ready."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    child: subprocess.Popen[bytes] | None = None


class Supervisor:
    """Starts processes, waits until each is ready, and stops them together."""

    def __init__(
        self, environment: Mapping[str, str], logs: Path, account: Account | None = None
    ) -> None:
        self.environment = dict(environment)
        self.logs = logs
        self.account = account
        self.processes: list[Process] = []
        self.stopping = False

    def start(self, process: Process) -> None:
        """Start one process in a session of its own, its output in a log file."""
        command, account = process.command, self.account
        with self._log(process).open("wb") as log:
            process.child = subprocess.Popen(
                account.command(command) if account else command,
                env=self.environment,
                cwd=account.seen_at if account else places.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self.processes.append(process)

    def wait_ready(self) -> None:
        """Wait until every process answers; raise Trouble with the log of one that doesn't."""
        for process in self.processes:
            deadline = time.monotonic() + PATIENCE
            while not process.ready():
                ended = process.child is not None and process.child.poll() is not None
                if self.stopping:
                    return
                if ended or time.monotonic() > deadline:
                    what = "ended at once" if ended else f"was not ready in {PATIENCE:.0f} s"
                    log = self._log(process)
                    raise Trouble(f"{process.name} {what}. {log} ends:\n{last_of(log)}")
                time.sleep(0.1)
            say(f"  {process.name} is ready.")

    def stay(self) -> None:
        """Return when a signal asked to stop; raise Trouble when a process ends by itself."""
        while not self.stopping:
            for process in self.processes:
                if process.child is not None and process.child.poll() is not None:
                    log = self._log(process)
                    raise Trouble(f"{process.name} ended. {log} ends:\n{last_of(log)}")
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop all in reverse order: ask, wait up to 15 seconds, then insist."""
        children = [p.child for p in reversed(self.processes) if p.child]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + 15
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # itself, or what it left behind
            child.wait()
        self.processes.clear()

    def on_signal(self, number: int, frame: object) -> None:
        """Remember that somebody asked to stop."""
        self.stopping = True

    def _log(self, process: Process) -> Path:
        return self.logs / f"{process.name}.log"


def free_port(wanted: int, *, exactly: bool = False) -> int:
    """Return ``wanted``, or (unless ``exactly``) the next of twenty that nobody listens on."""
    for port in range(wanted, wanted + (1 if exactly else 20)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Trouble(f"Port {wanted} is taken. Choose a free one: make run PORT={wanted + 100}")


def answers(url: str) -> bool:
    """Tell whether a GET of ``url`` answers 200, asked under the name localhost."""
    try:
        request = urllib.request.Request(url, headers={"Host": "localhost"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
