"""The account that web, worker and beat run as where root starts them: one without any rights."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from machine import places
from machine.shell import run, warn

NAME = "mediatrack"
# In a mount namespace of its own: the checkout where the account may reach it, and nothing else.
_MOUNTED = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'
# What the product does: read the checkout, and start the same Python once more, as the reading of
# files does. setpriv can start a Python below a closed directory; that Python itself can't.
_TRIAL = """import subprocess, sys
open(sys.argv[1]).close()
subprocess.check_call([sys.executable, "-c", ""])
"""


@dataclass(frozen=True)
class Account:
    """An unprivileged account, and how it reaches the checkout (``seen_at``)."""

    uid: int
    gid: int
    seen_at: Path

    def command(self, command: list[str]) -> list[str]:
        """Return the command that runs ``command`` as this account; it ends with its starter."""
        inside = [part.replace(str(places.ROOT), str(self.seen_at)) for part in command]
        plain = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        plain += ["--no-new-privs", "--pdeathsig=TERM", "--", *inside]
        if self.seen_at == places.ROOT:
            return plain
        shell = ["sh", "-c", _MOUNTED, "sh", str(places.ROOT), str(self.seen_at)]
        return ["unshare", "--mount", "--propagation=private", "--", *shell, *plain]

    def own(self, directory: Path) -> None:
        """Give a directory with all that is in it to this account."""
        for folder, names, files in os.walk(directory):
            for path in (Path(folder), *(Path(folder, name) for name in (*names, *files))):
                if path.lstat().st_uid != self.uid:
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)


def for_run(state: Path) -> Account | None:
    """Return the account for what root starts, made if need be; None for anyone but root.

    A checkout that others can't reach (below /root) is mounted where the account sees it. Where
    that isn't possible, the processes run as root, and that is said.
    """
    if not places.is_root():
        return None
    entry = _entry()
    found = None if entry is None else _reaching(entry, state)
    if found is None:
        warn(
            "Web and worker run as root: no account without rights can run this checkout's Python. "
            "Clone it below /opt or /srv and start it with a Python that everybody may run, as in "
            "`make run PYTHON=/usr/bin/python3`."
        )
    return found


def group() -> str | None:
    """Return the account's group, whose members reach the private servers; None without root."""
    return NAME if places.is_root() and _entry() is not None else None


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    if shutil.which("useradd") is None:
        return None
    made = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    run([*made, "--shell", "/usr/sbin/nologin", NAME], doing=f"Making the account {NAME}")
    return pwd.getpwnam(NAME)


def _reaching(entry: pwd.struct_passwd, state: Path) -> Account | None:
    mounted = state.parent / "checkout"
    for seen_at in (places.ROOT, mounted):
        tried = Account(entry.pw_uid, entry.pw_gid, seen_at)
        if seen_at == mounted:
            mounted.mkdir(mode=0o755, exist_ok=True)
        python = [str(places.VENV_PYTHON), "-c", _TRIAL, str(places.ROOT / "manage.py")]
        try:
            done = subprocess.run(tried.command(python), capture_output=True, cwd="/", timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return tried
    return None
