"""The process that reads has little memory, little time, no network; its death is an answer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.files import limits, reading
from integrations.files.contract import UnreadableFile

ROOT = Path(__file__).resolve().parents[2]
CONFINED = """
import sys
from pathlib import Path
from integrations.files.child import confine
confine(Path(sys.argv[1]))
"""


def confined(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has given up what the reading child gives up."""
    return subprocess.run(
        [sys.executable, "-c", CONFINED + code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import os; os.system('true')",
        "import ctypes; ctypes.CDLL('libm.so.6')",
    ],
)
def test_network_and_children_are_out_of_reach(code: str, tmp_path: Path) -> None:
    ended = confined(code, tmp_path)
    assert ended.returncode == 1
    assert "not allowed while a file is read" in ended.stderr


def test_memory_ends_at_a_gibibyte(tmp_path: Path) -> None:
    ended = confined("x = bytearray(1 << 30)", tmp_path)
    assert ended.returncode == 1
    assert "MemoryError" in ended.stderr


def test_limits_can_not_be_raised_again(tmp_path: Path) -> None:
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_{0}))"
    for name, limit in (("AS", limits.ADDRESS_SPACE), ("CPU", limits.CPU_SECONDS), ("CORE", 0)):
        assert confined(code.format(name), tmp_path).stdout.split() == [str(limit)] * 2


@pytest.mark.parametrize("code", [-9, -11, -24, 1, 3, 137])
def test_a_childs_death_is_an_unreadable_file(code: int) -> None:
    died = reading.died(code)
    assert isinstance(died, UnreadableFile)
    assert died.extra == {"exit_code": code}
    assert "Split it" in died.detail


def test_a_child_that_runs_out_of_time_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WALL_SECONDS", 0)
    path = tmp_path / "sales.csv"
    path.write_text("title,amount,currency\n" + "A,1.00,EUR\n" * 400_000)
    with pytest.raises(UnreadableFile, match="time"):
        reading.read_sales_file(path, folder=tmp_path)


def test_the_child_sees_no_secret_of_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere")
    assert set(reading.ENVIRONMENT) <= {
        "PATH", "LANG", "ARROW_DEFAULT_MEMORY_POOL", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps({}))
    assert "DATABASE_URL" not in reading.ENVIRONMENT
