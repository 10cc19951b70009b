"""Where root starts the product, its processes run as an account without rights."""

import os
import pwd
import select
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from foundation import owner
from machine import account, places
from machine.account import Account

PYTHON = "/usr/bin/python3"
NOBODY = pwd.getpwnam("nobody")

# A plain chroot's root is no mount point, so nothing can be mounted for one process alone there.
MOUNTS = (
    os.geteuid() == 0
    and subprocess.run(
        ["unshare", "--mount", "--propagation=private", "--", "true"], capture_output=True
    ).returncode
    == 0
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives rights away")


@pytest.fixture
def hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that nobody but root reaches, with the system's Python in it."""
    checkout = tmp_path / "closed" / "checkout"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(PYTHON)
    (checkout / "manage.py").write_text("print('found')")
    checkout.parent.chmod(0o700)
    for each in (tmp_path, *list(tmp_path.parents)[:3]):
        each.chmod(each.stat().st_mode | 0o055)
    monkeypatch.setattr(places, "ROOT", checkout)
    monkeypatch.setattr(places, "VENV_PYTHON", checkout / ".venv" / "bin" / "python")
    monkeypatch.setattr(account, "_entry", lambda: NOBODY)
    return checkout


def said(command: list[str], **more: object) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", **more)
    return done.stdout.strip()


def test_a_process_has_no_rights_and_no_way_back() -> None:
    plain = Account(NOBODY.pw_uid, NOBODY.pw_gid, places.ROOT)
    code = "import os; print(os.getuid(), os.getgid(), os.getgroups(), os.access('/root', 4))"
    assert said(plain.command([PYTHON, "-c", code])) == f"{NOBODY.pw_uid} {NOBODY.pw_gid} [] False"
    status = said(plain.command(["grep", "-E", "CapEff|NoNewPrivs", "/proc/self/status"]))
    assert status.split() == ["CapEff:", "0" * 16, "NoNewPrivs:", "1"]


@pytest.mark.skipif(not MOUNTS, reason="no mount for one process alone (a plain chroot)")
def test_a_checkout_below_a_closed_directory_is_reached_by_this_process_alone(
    hidden: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    found = account.for_run(state)
    assert found is not None
    assert found.seen_at == tmp_path / "checkout"
    run = found.command([str(places.VENV_PYTHON), str(hidden / "manage.py")])
    assert said(run) == "found"
    assert list(found.seen_at.iterdir()) == []  # nobody else sees what is mounted there


def test_without_a_python_for_everybody_it_stays_root_and_says_so(
    hidden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = tmp_path / "closed" / "python3"
    closed.write_text(f'#!/bin/sh\nexec {PYTHON} "$@"\n')
    closed.chmod(0o755)
    python = places.VENV_PYTHON
    python.unlink()
    python.symlink_to(closed)
    assert account.for_run(tmp_path / "state") is None
    assert "run as root" in capsys.readouterr().err


def test_a_python_that_only_root_can_start_again_is_none_for_everybody(
    hidden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = tmp_path / "closed" / "python3"
    shutil.copy(os.path.realpath(PYTHON), closed)  # as below /root: setpriv still may start it
    python = places.VENV_PYTHON
    python.unlink()
    python.symlink_to(closed)
    assert account.for_run(tmp_path / "state") is None
    assert "run as root" in capsys.readouterr().err


def test_the_state_directory_is_the_accounts_and_what_root_adds_to_it_too(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "files").mkdir(parents=True)
    (state / "files" / "one").touch()
    (state / "files" / "link").symlink_to("/etc/passwd")
    Account(NOBODY.pw_uid, NOBODY.pw_gid, places.ROOT).own(state)
    owner.make_private(state / "keys" / "organisations")
    made = state / "keys" / "organisations" / "key"
    made.touch(mode=0o600)
    owner.hand_over(made)
    owned = {path.lstat().st_uid for path in state.rglob("*")}
    assert owned == {NOBODY.pw_uid}
    assert Path("/etc/passwd").stat().st_uid == 0
    assert (state / "keys").stat().st_mode & 0o777 == 0o700


def test_a_process_ends_with_whoever_started_it() -> None:
    plain = Account(NOBODY.pw_uid, NOBODY.pw_gid, places.ROOT)
    inner = plain.command([PYTHON, "-c", "import signal; print(1, flush=True); signal.pause()"])
    code = (
        "import subprocess, sys, signal;"
        "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE);"
        "child.stdout.readline(); print(child.pid, flush=True); signal.pause()"
    )
    starter = subprocess.Popen([PYTHON, "-c", code, *inner], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    child = os.pidfd_open(int(starter.stdout.readline()))
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert select.select([child], [], [], 10)[0]
