"""`make run` stops everything that it started, and nothing else."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from machine.shell import Trouble
from machine.supervisor import Process, Supervisor, answers, free_port

FOREVER = [sys.executable, "-c", "import signal; signal.pause()"]
STUBBORN_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, signal;"
    "child = subprocess.Popen([sys.executable, '-c',"
    ' \'import signal; signal.signal(15, signal.SIG_IGN); print("up", flush=True);'
    " signal.pause()'], stdout=subprocess.PIPE);"
    "child.stdout.readline(); open(sys.argv[1], 'w').write(str(child.pid)); signal.pause()",
]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(os.environ, tmp_path)
    yield made
    made.stop()


def ends(pid: int) -> bool:
    """Wait for a process that is not ours to reap; tell whether it ended."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    return bool(select.select([watch], [], [], 10)[0])


def test_all_that_was_started_stops_and_nothing_else(supervisor: Supervisor) -> None:
    bystander = subprocess.Popen(FOREVER)
    processes = [Process(name, FOREVER, lambda: True) for name in ("one", "two")]
    for process in processes:
        supervisor.start(process)
    supervisor.wait_ready()
    supervisor.stop()
    assert [p.child.returncode for p in processes if p.child] == [-signal.SIGTERM] * 2
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_what_a_process_left_behind_is_stopped_too(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    process = Process(
        "parent", [*STUBBORN_CHILD, str(note)], lambda: note.exists() and note.stat().st_size > 0
    )
    supervisor.start(process)
    supervisor.wait_ready()
    grandchild = int(note.read_text() or "0")
    supervisor.stop()
    assert ends(grandchild)


def test_a_process_that_ends_at_once_is_told_with_its_log(supervisor: Supervisor) -> None:
    command = [sys.executable, "-c", "raise SystemExit('the disk is full')"]
    supervisor.start(Process("web", command, lambda: False))
    with pytest.raises(Trouble, match=r"web ended at once(?s:.*)the disk is full"):
        supervisor.wait_ready()


def test_a_process_that_ends_later_ends_the_run(supervisor: Supervisor) -> None:
    process = Process("worker", FOREVER, lambda: True)
    supervisor.start(process)
    supervisor.wait_ready()
    assert process.child is not None
    process.child.kill()
    with pytest.raises(Trouble, match="worker ended"):
        supervisor.stay()


def test_a_signal_ends_the_wait(supervisor: Supervisor) -> None:
    supervisor.start(Process("web", FOREVER, lambda: False))
    supervisor.on_signal(signal.SIGINT, None)
    supervisor.wait_ready()
    supervisor.stay()


def test_a_taken_port_is_passed_over_unless_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
        with pytest.raises(Trouble, match=f"Port {port} is taken"):
            free_port(port, exactly=True)


def test_only_200_is_an_answer() -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.headers["Host"]
            self.send_response(200 if self.path == "/ok" and name == "localhost" else 503)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    assert answers(f"{address}/ok")
    assert not answers(f"{address}/bad")
    server.shutdown()
    server.server_close()
    assert not answers(f"{address}/ok")
