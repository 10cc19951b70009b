"""The process that reads a stranger's file: little memory, little time, no network, no children.

Started by ``integrations.files.reading`` with one argument, a job file; writes ``report.json``
beside it. Whatever ends it early is an unreadable file to the parent.
"""

import ctypes
import hashlib
import json
import os
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from integrations.files import limits

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen",
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.kill", "ctypes.dlopen",
)  # fmt: skip


def main(job_file: str) -> int:
    """Read the file that ``job_file`` names; return the exit code."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    folder = Path(job_file).parent
    confine(folder)
    try:
        report: dict[str, Any] = {"reading": read(job, folder).as_dict()}
    except MemoryError:
        return 3
    except Exception as error:
        report = {"error": _told(error)}
    report["peak_kib"] = _peak()
    partial = folder / "report.partial"
    partial.write_text(json.dumps(report, default=str), "utf-8")
    partial.rename(folder / "report.json")
    return 0


def _peak() -> int:
    """Return the most memory this process has held, in KiB; 0 where the system doesn't say."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def confine(folder: Path) -> None:
    """Give up memory, time, the network and children, for good."""
    sys.setrecursionlimit(500)
    import pyarrow.compute  # noqa: F401  its libraries must be there before the doors close
    import pyarrow.parquet  # noqa: F401
    import python_calamine  # noqa: F401

    _leave_network()
    for what, limit in (
        (resource.RLIMIT_AS, limits.ADDRESS_SPACE),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, limits.FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    sys.addaudithook(_refuse)


def _leave_network() -> None:
    """Enter an empty network namespace where the kernel lets us; the hook refuses in any case."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        if library.unshare(_NEW_NETWORK) != 0:
            library.unshare(_NEW_USER | _NEW_NETWORK)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not allowed while a file is read")


def read(job: dict[str, Any], folder: Path) -> Any:
    """Return the reading of the job's file."""
    from integrations.files.contract import UnreadableFile
    from integrations.files.dsr import looks_like_dsr, read_dsr, unpacked
    from integrations.files.plain_tables import read_rows
    from integrations.files.tables import read_table
    from integrations.files.texts import TextTable
    from integrations.files.workbooks import Workbook

    path = Path(job["path"])
    if job.get("avails"):
        from integrations.avails import opening

        return opening.read(path)
    asked = _request(job, folder)
    plain = job.get("plain", False)
    as_table = read_rows if plain else read_table
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise UnreadableFile("The file is empty.")
    if head.startswith(b"\x1f\x8b"):
        path = unpacked(path, folder)
        with path.open("rb") as file:
            head = file.read(8)
        if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
            raise UnreadableFile("The file is an archive inside an archive. Unpack it first.")
    if head.startswith(b"PK"):
        return as_table(Workbook(path, asked.sheet), asked)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "The file is an old or a protected Excel file. Save it as XLSX without a password."
        )
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"<?xml", b"<html", b"<!DOC")):
        raise UnreadableFile("The file is no table. CSV, TSV, XLSX and DDEX DSR files are read.")
    if not plain and looks_like_dsr(path):
        return read_dsr(path, asked)
    return as_table(TextTable(path, job["delimiter"], job["encoding"]), asked)


def _request(job: dict[str, Any], folder: Path) -> Any:
    from integrations.files.tables import Request
    from integrations.profiles.profile import Profile

    profiles = [Profile.of(document) for document in job["profiles"]]
    path = Path(job["path"])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    progress = folder / "progress"
    return Request(
        path=path,
        name=job["name"],
        folder=folder,
        sha256=digest,
        size=path.stat().st_size,
        profiles=profiles,
        chosen=Profile.of(job["chosen"]) if job["chosen"] else None,
        detect_only=job["detect_only"],
        currency=job["currency"],
        reported=job["reported"],
        decimal=job["decimal"],
        sheet=job["sheet"],
        parts=job["parts"],
        header_row=job["header_row"],
        report_progress=lambda rows, found: _write(progress, rows, found),
    )


def _write(path: Path, rows: int, found: list[Any]) -> None:
    """Replace the note of how far the reading is, with the first findings."""
    partial = path.with_suffix(".partial")
    first = [asdict(error) for error in found[: limits.FIRST_ERRORS]]
    partial.write_text(json.dumps({"rows": rows, "errors": first}), "utf-8")
    partial.rename(path)


def _told(error: Exception) -> dict[str, Any]:
    from kernel.errors import DomainError

    if isinstance(error, DomainError):
        return {"code": error.code, "detail": error.detail, "extra": error.extra}
    return {"code": "unreadable_file", "detail": "", "extra": {"kind": type(error).__name__}}


def _end() -> NoReturn:
    code = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    _end()
