"""A private PostgreSQL: its own data directory, its own socket, no network."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from machine import places
from machine.shell import Trouble, last_of, run

PORT = 5432  # names the socket's file; nothing listens on a network port
SUPERUSER = "mediatrack_bootstrap"
SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = {socket_mode}
max_connections = 100
max_locks_per_transaction = 256
shared_buffers = {shared_buffers}
work_mem = 32MB
maintenance_work_mem = 256MB
effective_cache_size = {cache}
random_page_cost = 1.1
max_wal_size = 4GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %u@%d '
password_encryption = scram-sha-256
"""
UNSAFE_BUT_QUICK = """\
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


class Postgres:
    """One private cluster below a directory; one that isn't `lasting` may be lost (tests).

    Members of `group`, where there is one, reach its socket; nobody else but its owner does.
    """

    def __init__(self, directory: Path, *, lasting: bool) -> None:
        self.directory = directory
        self.group: str | None = None
        self.lasting = lasting
        self.data = directory / "data"
        self.sockets = places.socket_directory(directory, f".s.PGSQL.{PORT}.lock")
        self.log = directory / "postgresql.log"

    def start(self, superuser_password: str) -> bool:
        """Start the cluster, making it first if need be; return False if it ran already."""
        self._make_directories()
        if not self.data.exists():
            self._create(superuser_password)
        if self.running():
            return False
        self._write_settings()
        try:
            self._as_owner(
                [
                    self._program("pg_ctl"),
                    "start",
                    "-w",
                    "-t",
                    "60",
                    "-D",
                    self.data,
                    "-l",
                    self.log,
                ],
                doing="Starting PostgreSQL",
            )
        except Trouble as trouble:
            raise Trouble(f"{trouble}\nIts log, {self.log}, ends:\n{last_of(self.log)}") from None
        return True

    def stop(self) -> bool:
        """Stop the cluster; return False if it did not run."""
        if not self.running():
            return False
        self._as_owner(
            [self._program("pg_ctl"), "stop", "-w", "-t", "60", "-m", "fast", "-D", self.data],
            doing="Stopping PostgreSQL",
        )
        return True

    def running(self) -> bool:
        """Tell whether this cluster's server runs."""
        if not (self.data / "postmaster.pid").exists():
            return False
        done = subprocess.run(
            [*self._owner_prefix(), self._program("pg_ctl"), "status", "-D", str(self.data)],
            capture_output=True,
            cwd="/",
        )
        return done.returncode == 0

    def url(self, user: str, password: str, database: str) -> str:
        """Return the address of a database, for one role."""
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{user}:{quote(password, safe='')}@{host}:{PORT}/{database}"

    def _make_directories(self) -> None:
        places.make_private(self.directory)
        if places.is_root():
            shutil.chown(self.directory, "postgres", self.group or "postgres")
            places.pass_to_group(self.directory, self.group)
        if self.sockets != self.directory:
            places.make_private(self.sockets)

    def _create(self, superuser_password: str) -> None:
        """Make the data directory; a half-made one is never mistaken for a whole one."""
        fresh = self.directory / f"data.{secrets.token_hex(4)}"
        password_file = self.directory / f"password.{secrets.token_hex(4)}"
        password_file.touch(mode=0o600)
        password_file.write_text(superuser_password + "\n")
        if places.is_root():
            shutil.chown(password_file, "postgres", "postgres")
        try:
            self._as_owner(
                [
                    self._program("initdb"),
                    *("--pgdata", fresh, "--username", SUPERUSER, "--pwfile", password_file),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
                    *(["--data-checksums"] if self.lasting else ["--no-sync"]),
                ],
                doing="Making the PostgreSQL data directory",
            )
            with (fresh / "postgresql.conf").open("a") as settings:
                settings.write("\ninclude 'mediatrack.conf'\n")
            fresh.rename(self.data)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)

    def _write_settings(self) -> None:
        megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        text = SETTINGS.format(
            port=PORT,
            sockets=self.sockets,
            socket_mode="0770" if self.group else "0700",
            shared_buffers=f"{max(64, min(1024, megabytes // 8))}MB",
            cache=f"{max(256, megabytes // 2)}MB",
        )
        file = self.data / "mediatrack.conf"
        file.write_text(text + ("" if self.lasting else UNSAFE_BUT_QUICK))
        if places.is_root():
            shutil.chown(file, "postgres", "postgres")

    def _as_owner(self, command: Sequence[str | Path], *, doing: str) -> None:
        # pg_ctl's child keeps the standard streams open, so its output goes to a file.
        run([*self._owner_prefix(), *command], doing=doing, cwd="/")

    @staticmethod
    def _owner_prefix() -> list[str]:
        return ["runuser", "-u", "postgres", "--"] if places.is_root() else []

    def _program(self, name: str) -> str:
        return str(_programs(self.data) / name)


def _programs(data: Path) -> Path:
    """Return the directory of PostgreSQL's programs: the data's own version, else the newest."""
    version = data / "PG_VERSION"
    if version.exists():
        same = Path("/usr/lib/postgresql") / version.read_text().strip() / "bin"
        if (same / "pg_ctl").exists():
            return same
    found = sorted(
        (int(match[1]), directory)
        for directory in Path("/usr/lib/postgresql").glob("*/bin")
        if (match := re.fullmatch(r"(\d+)", directory.parent.name))
        and (directory / "initdb").exists()
    )
    if found:
        return found[-1][1]
    on_path = shutil.which("initdb")
    if on_path is None:
        raise Trouble("PostgreSQL's server programs are not on this machine (package: postgresql).")
    return Path(on_path).resolve().parent
