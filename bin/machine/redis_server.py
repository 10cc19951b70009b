"""A private Redis: a socket, no port, nothing kept on disk."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path

from machine import places
from machine.shell import Trouble, last_of, run


class Redis:
    """One private Redis below a directory; members of `group`, if any, reach it, too."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.sockets = places.socket_directory(directory, "redis.sock")
        self.socket = self.sockets / "redis.sock"
        self.pid_file = directory / "redis.pid"
        self.log = directory / "redis.log"
        self.group: str | None = None

    @property
    def url(self) -> str:
        """Return its address, as Django's cache writes it."""
        return f"unix://{self.socket}"

    def start(self) -> bool:
        """Start it and wait until it answers; return False if it ran already."""
        if self.running():
            return False
        places.make_private(self.directory)
        if self.sockets != self.directory:
            places.make_private(self.sockets)
        owner = []
        if places.is_root():
            owner = ["runuser", "-u", "redis", "--"]
            for path in (self.directory, self.pid_file, self.log):
                if path.exists():
                    shutil.chown(path, "redis", self.group or "redis")
            places.pass_to_group(self.directory, self.group)
        run(
            [
                *owner,
                *("redis-server", "--port", "0", "--unixsocket", self.socket),
                *(
                    "--unixsocketperm",
                    "770" if self.group else "700",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                ),
                *("--daemonize", "yes", "--pidfile", self.pid_file, "--logfile", self.log),
                *("--dir", self.directory),
            ],
            doing="Starting Redis",
            cwd="/",
        )
        deadline = time.monotonic() + 15
        while not self.running():
            if time.monotonic() > deadline:
                raise Trouble(f"Redis did not answer. Its log ends:\n{last_of(self.log)}")
            time.sleep(0.05)
        return True

    def stop(self) -> bool:
        """Stop it and wait until it is gone; return False if it did not run."""
        if not self.running():
            return False
        pid = int(self.pid_file.read_text())
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 15
        while self.running():
            if time.monotonic() > deadline:
                raise Trouble(f"Redis (process {pid}) did not stop within 15 seconds.")
            time.sleep(0.05)
        return True

    def running(self) -> bool:
        """Tell whether it answers a ping."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(5)
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(64).startswith(b"+PONG")
        except OSError:
            return False
