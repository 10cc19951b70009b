"""Reading a sales file: the one way in for command line, API and wizard.

``read_sales_file`` starts a confined child process and returns what it found. The child's death,
whatever its cause, is an ``UnreadableFile``; the caller lives on.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from integrations.files import limits
from integrations.files.contract import Detection, ProfileUnknown, Reading, UnreadableFile
from integrations.files.numerals import plain_number
from integrations.files.plain_tables import PlainTable
from integrations.profiles.loading import load_profile, named, shipped
from integrations.profiles.profile import Profile
from kernel.currencies import minor_units
from kernel.errors import InvalidValue

ROOT = Path(__file__).resolve().parents[2]
DSR = "ddex-dsr"
Progress = Callable[[int, list[dict[str, Any]]], None]
# All the child gets of the parent's environment: no address, no secret.
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}


class ReadingStopped(Exception):
    """The caller asked for the reading to end."""


@dataclass(frozen=True)
class Choices:
    """What a person chose. Everything may be left to detection.

    ``profile`` is a name or a document; ``own_profiles`` are documents that may be detected beside
    the shipped ones; ``currency`` stands in where rows have none that can be read; ``reported`` is
    the total the statement's letter names, by currency. ``parts`` are the other files of the same
    report that have been checked (a DSR in several files). ``encoding`` is one of
    ``encodings.OFFERED``; ``header_row`` the number of the row that names the columns.
    """

    profile: str | Mapping[str, Any] = ""
    own_profiles: Iterable[Mapping[str, Any]] = ()
    currency: str = ""
    reported: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    delimiter: str = ""
    sheet: str = ""
    parts: Iterable[Mapping[str, Any]] = ()
    encoding: str = ""
    header_row: int = 0


def read_sales_file(
    path: Path,
    *,
    folder: Path,
    name: str = "",
    choices: Choices | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda rows, first: None,
) -> Reading:
    """Return the reading of a sales file; ``lines`` and ``bad`` are Parquet files in ``folder``.

    ``folder`` is an empty directory of the caller, who removes it. ``stop`` is asked several times
    a second and ends the reading (``ReadingStopped``); ``progress`` is told the rows read so far
    and the first findings. Raises ``UnreadableFile``,
    ``ProfileUnknown`` (no profile fits; ``extra`` holds the detection) and ``InvalidProfile``.
    """
    reading = _read(path, folder, name, choices or Choices(), stop, progress, detect_only=False)
    if not reading.detection.profile:
        raise no_profile(reading.detection)
    return reading


def detect_sales_file(
    path: Path,
    *,
    folder: Path,
    name: str = "",
    choices: Choices | None = None,
) -> Reading:
    """Return detection and mapping alone: what the file is, which profile fits, a preview."""
    return _read(
        path,
        folder,
        name,
        choices or Choices(),
        lambda: False,
        lambda rows, first: None,
        detect_only=True,
    )


def _read(
    path: Path, folder: Path, name: str, choices: Choices, stop: Callable[[], bool],
    progress: Progress, *, detect_only: bool,
) -> Reading:  # fmt: skip
    if path.stat().st_size > limits.FILE_BYTES:
        raise UnreadableFile(f"The file is larger than {limits.FILE_BYTES >> 30} GiB. Split it.")
    job = _job(path, name or path.name, choices, detect_only)
    return Reading.from_dict(_answer(job, folder, stop, progress))


def read_plain_table(
    path: Path,
    *,
    folder: Path,
    choices: Choices | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> PlainTable:
    """Return a table's headings and rows as text, read in the child. Raises UnreadableFile."""
    job = {**_job(path, path.name, choices or Choices(), detect_only=False), "plain": True}
    return PlainTable(**_answer(job, folder, stop, lambda rows, first: None))


def read_avails(path: Path, *, folder: Path) -> dict[str, Any]:
    """Return what an Avails file says, read in the child. Raises UnreadableFile."""
    if path.stat().st_size > limits.UNPACKED_BYTES:
        raise UnreadableFile(
            f"The file is larger than {limits.UNPACKED_BYTES >> 20} MiB. Split it."
        )
    job = {"path": str(path.resolve()), "avails": True}
    return _answer(job, folder, lambda: False, lambda rows, first: None)


def _answer(
    job: dict[str, Any], folder: Path, stop: Callable[[], bool], progress: Progress
) -> dict[str, Any]:
    """Return what the child wrote, or raise what it refused with."""
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(job), "utf-8")
    code = _run(job_file, stop, progress)
    report = folder / "report.json"
    if code != 0 or not report.exists():
        raise died(code)
    answer = json.loads(report.read_text("utf-8"))
    if error := answer.get("error"):
        kind = ProfileUnknown if error["code"] == ProfileUnknown.code else UnreadableFile
        told = error["detail"] or "The file can't be read. Save it as CSV in UTF-8 and try again."
        raise kind(told, **error["extra"])
    reading: dict[str, Any] = answer["reading"]
    return reading


def _job(path: Path, name: str, choices: Choices, detect_only: bool) -> dict[str, Any]:
    own = [load_profile(dict(document)) for document in choices.own_profiles]
    chosen: Profile | None = None
    if isinstance(choices.profile, str):
        if choices.profile and choices.profile != DSR:
            chosen = named(choices.profile, own)
    else:
        chosen = load_profile(dict(choices.profile))
    if choices.currency:
        minor_units(choices.currency)
    for currency, total in choices.reported.items():
        minor_units(currency)
        if plain_number(total, "point") is None:
            raise InvalidValue(f"The reported total {total[:40]!r} is not a number like 1234.56.")
    known = {**shipped(), **{profile.name: profile for profile in own}}
    return {
        "path": str(path.resolve()),
        "name": name,
        "profiles": [profile.document for profile in known.values()],
        "chosen": chosen.document if chosen else None,
        "detect_only": detect_only,
        "currency": choices.currency,
        "reported": dict(choices.reported),
        "decimal": choices.decimal,
        "delimiter": choices.delimiter,
        "sheet": choices.sheet,
        "parts": [dict(part) for part in choices.parts],
        "encoding": choices.encoding,
        "header_row": choices.header_row,
    }


def _run(job_file: Path, stop: Callable[[], bool], progress: Progress) -> int:
    child = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", "integrations.files.child", str(job_file)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    counted = job_file.parent / "progress"
    ends = time.monotonic() + limits.WALL_SECONDS
    try:
        while True:
            try:
                return child.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                if stop():
                    raise ReadingStopped from None
                if time.monotonic() > ends:
                    return -9
                if counted.exists():
                    said = json.loads(counted.read_text("utf-8"))
                    progress(said["rows"], said["errors"])
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def died(code: int) -> UnreadableFile:
    """Return what a child's end with ``code`` (negative: a signal) is to the caller."""
    why = "it needs too much memory or time, or is damaged"
    return UnreadableFile(
        f"The file can't be read: {why}. Split it, or save it as CSV in UTF-8.", exit_code=code
    )


def no_profile(detection: Detection) -> ProfileUnknown:
    """Return the refusal of a file that no profile fits: what came nearest, and what to do."""
    nearest = ""
    if detection.candidates:
        best = detection.candidates[0]
        nearest = f" Nearest is {best.profile} ({best.score} of 100: {'; '.join(best.reasons)})."
    return ProfileUnknown(
        "No import profile fits the file's headings, so it may be no sales statement."
        f"{nearest} Name a profile, or write one as docs/imports.md shows.",
        detection=asdict(detection),
    )
