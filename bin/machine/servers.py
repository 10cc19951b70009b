"""The private servers of this checkout: one pair to run with, one pair for the tests."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

from machine import account, places
from machine.postgres import SUPERUSER, Postgres
from machine.redis_server import Redis
from machine.shell import Trouble, run, say

OWN = ("DATABASE_URL", "DATABASE_MIGRATE_URL", "REDIS_URL")
DATABASE = "mediatrack"
ROLES = ("mediatrack_migrate", "mediatrack_app", "mediatrack_backup")


class Servers:
    """A private PostgreSQL and a private Redis below one directory of the state directory."""

    def __init__(self, purpose: str) -> None:
        self.directory = places.state_directory() / purpose
        self.postgres = Postgres(self.directory / "postgres", lasting=purpose == "run")
        self.redis = Redis(self.directory / "redis")
        self.environment_file = self.directory / "environment.json"

    def start(self, *, for_run: bool = False) -> dict[str, str]:
        """Start both, make roles and database, and return the environment that leads to them.

        Servers started `for_run` belong to one `make run`, which stops them; asked for otherwise,
        they stay until `make down`.
        """
        self._make_directory()
        if self.postgres.lasting:
            self.postgres.group = self.redis.group = account.group()
        with _alone(self.directory / "lock"):
            if not for_run:
                self._for_run_mark.unlink(missing_ok=True)
            elif not self.running():
                self._for_run_mark.touch()
            passwords = self._passwords()
            self.postgres.start(passwords[SUPERUSER])
            self.redis.start()
            environment = self._environment(passwords)
            self._bootstrap(environment, passwords)
            _write_private(self.environment_file, json.dumps(environment, indent=1))
        return environment

    def stop(self) -> bool:
        """Stop both; return False if neither ran."""
        if not self.directory.exists():
            return False
        with _alone(self.directory / "lock"):
            self.environment_file.unlink(missing_ok=True)
            self._for_run_mark.unlink(missing_ok=True)
            ran = [self.redis.stop(), self.postgres.stop()]
        return any(ran)

    def running(self) -> bool:
        """Tell whether both run."""
        return self.redis.running() and self.postgres.running()

    def join(self) -> None:
        """Count this process among the users of these servers for as long as it lives."""
        self._make_directory()
        self._membership = (self.directory / "users").open("w")
        flock(self._membership, LOCK_SH)

    def leave(self) -> None:
        """Take this process back from the users of these servers."""
        self._membership.close()

    def stop_if_unused(self) -> bool:
        """Stop both unless another process has joined; return whether they were stopped."""
        self._make_directory()
        with (self.directory / "users").open("w") as users:
            try:
                flock(users, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                return False
            return self.stop()

    def admin_url(self) -> str:
        """Return the address of the cluster's superuser, for bootstrapping alone."""
        return self.postgres.url(SUPERUSER, self._passwords()[SUPERUSER], "postgres")

    def passwords(self) -> dict[str, str]:
        """Return the password of each role that signs in."""
        return self._passwords()

    def mark(self) -> str:
        """Return what tells this database from any other."""
        return str(self.postgres.data.stat().st_ino)

    def belong_to_run(self) -> bool:
        """Tell whether these servers were started for a `make run`, which then stops them."""
        return self._for_run_mark.exists()

    @property
    def _for_run_mark(self) -> Path:
        return self.directory / "started-for-a-run"

    def _make_directory(self) -> None:
        make_open(self.directory)

    def _passwords(self) -> dict[str, str]:
        file = self.directory / "passwords.json"
        if not file.exists():
            made = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
            _write_private(file, json.dumps(made, indent=1))
        found: dict[str, str] = json.loads(file.read_text())
        return found

    def _environment(self, passwords: Mapping[str, str]) -> dict[str, str]:
        state = places.make_private(self.directory / "state")
        demo = os.environ.get("MEDIATRACK_DEMO", "1") if self.postgres.lasting else "0"
        return {
            "MEDIATRACK_DEMO": demo,
            "DATABASE_URL": self.postgres.url(ROLES[1], passwords[ROLES[1]], DATABASE),
            "DATABASE_MIGRATE_URL": self.postgres.url(ROLES[0], passwords[ROLES[0]], DATABASE),
            "REDIS_URL": self.redis.url,
            "MEDIATRACK_STATE": str(state),
        }

    def _bootstrap(self, environment: Mapping[str, str], passwords: Mapping[str, str]) -> None:
        """Make roles and database once for each version of the bootstrap code."""
        done = self.directory / "bootstrapped"
        code = places.ROOT / "foundation" / "database" / "bootstrap.py"
        mark = f"{code.stat().st_mtime_ns} {self.postgres.data.stat().st_ino}"
        if done.exists() and done.read_text() == mark:
            return
        run(
            [places.VENV_PYTHON, places.ROOT / "manage.py", "bootstrap_database"],
            doing="Making the database roles",
            env={
                **os.environ,
                **environment,
                "DATABASE_ADMIN_URL": self.admin_url(),
                "DATABASE_BACKUP_PASSWORD": passwords[ROLES[2]],
            },
        )
        done.write_text(mark)


def given() -> bool:
    """Tell whether servers are given by the environment; raise Trouble if only some are."""
    found = [name for name in OWN if os.environ.get(name)]
    if found and len(found) < len(OWN):
        missing = ", ".join(name for name in OWN if name not in found)
        raise Trouble(f"{', '.join(found)} is set but not {missing}. Set all of them, or none.")
    return bool(found)


def environment(*, for_run: bool = False) -> dict[str, str]:
    """Return the environment to run with: the given servers, or the private ones, started."""
    if given():
        make_open(places.state_directory())
        state = os.environ.get("MEDIATRACK_STATE") or places.state_directory() / "given"
        return {"MEDIATRACK_STATE": str(places.make_private(Path(state)))}
    say("Starting the private PostgreSQL and Redis …")
    return Servers("run").start(for_run=for_run)


def running_environment() -> dict[str, str]:
    """Return what leads to the private servers that run now; nothing where others are given."""
    if any(os.environ.get(name) for name in OWN):
        return {}
    try:
        found: dict[str, str] = json.loads(Servers("run").environment_file.read_text())
    except (OSError, ValueError):
        return {}
    return found


def make_open(directory: Path) -> None:
    """Make a directory that others may pass through, as its servers' own users must."""
    for path in (*reversed(directory.parents), directory):
        path.mkdir(mode=0o755, exist_ok=True)


def _write_private(file: Path, text: str) -> None:
    with open(file, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as opened:
        opened.write(text)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let one process at a time start these servers."""
    with file.open("w") as lock:
        flock(lock, LOCK_EX)
        yield
