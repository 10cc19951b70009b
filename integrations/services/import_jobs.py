"""The jobs of an import: read and check every row; hand the accepted rows on.

Both start over when their worker is killed, and write what they did in one transaction together
with their last checkpoint: a row is taken once or not at all.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import timezone

from audit.actors import Actor
from foundation import storage
from foundation.jobs import JobContext
from foundation.locks import lock_for_change
from integrations.files.contract import Reading
from integrations.files.reading import read_sales_file
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.selectors import report_parts
from integrations.services import imports
from integrations.services.plain_files import plain_file
from kernel.errors import DomainError
from royalties.services import intake

if TYPE_CHECKING:
    from foundation.models import StoredFile

_BEAT_SECONDS = 1


class CorrectionRefused(DomainError):
    """An errors file that doesn't hold just the rows that are open."""

    code = "correction_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asked for a job."""

    actor_id: UUID
    actor_kind: str


class _Pulse:
    """Tells the job how many rows are read and stops the reading when the job is to end."""

    def __init__(self, ctx: JobContext) -> None:
        self._ctx, self._rows, self._last = ctx, 0, time.monotonic()
        self._first: list[dict[str, Any]] = []

    def count(self, rows: int, first: list[dict[str, Any]]) -> None:
        """Remember how far the reading is, and the first findings."""
        self._rows, self._first = rows, first

    def stop(self) -> bool:
        """Renew the lease about once a second, and show what is found; never say stop.

        Raises Cancelled or LeaseLost, which end the reading too.
        """
        if time.monotonic() - self._last >= _BEAT_SECONDS:
            self._ctx.checkpoint({"errors": self._first}, self._rows, phase="reading")
            self._last = time.monotonic()
        return False


def check_rows(ctx: JobContext) -> dict[str, Any]:
    """Read the whole file in the confined child and keep what became of each row."""
    import_id = UUID(ctx.payload["import"])
    by = _Asker(ctx.actor_id, ctx.actor_kind)
    with ctx.transaction():
        row = Import.objects.select_related("file", "corrects").get(pk=import_id)
        chosen = imports.chosen(row)
        waiting = set(questions.open_rows(row.corrects)) if row.corrects else None
    pulse = _Pulse(ctx)
    with plain_file(row.file) as path, tempfile.TemporaryDirectory(prefix="import-") as name:
        folder = Path(name)
        try:
            reading = read_sales_file(
                path, folder=folder, name=row.file_name, choices=chosen,
                stop=pulse.stop, progress=pulse.count,
            )  # fmt: skip
            taken_over = _rows_replaced(reading, waiting)
        except DomainError as refusal:
            _refuse(ctx, import_id, {"problem": refusal.problem()}, by)
            raise
        if reading.validation.refused:
            return _refuse(ctx, import_id, _findings(reading), by)
        with ctx.transaction():
            row = _keep(import_id, reading, taken_over, by, timezone.now())
            rows = reading.validation.rows_read
            ctx.checkpoint({"validated": True}, rows, rows, phase="validated")
    return {"import": str(import_id), "state": row.state}


def take_rows(ctx: JobContext) -> dict[str, Any]:
    """Hand the accepted rows of an import and of its checked corrections to royalties, once."""
    import_id = UUID(ctx.payload["import"])
    by = _Asker(ctx.actor_id, ctx.actor_kind)
    with ctx.transaction():
        row = Import.objects.get(pk=import_id)
        parts = [row] if row.corrects_id else questions.family(row)
        ids = [part.pk for part in parts]
    with ctx.transaction():
        now = timezone.now()
        locked = {part.pk: part for part in lock_for_change((Import, ids))}
        for part in (locked[pk] for pk in ids):
            if part.state == Import.State.VALIDATED:
                report_parts.may_come(part)
                _take(part, by, now)
        rows = row.counted()["accepted"]
        ctx.checkpoint({"committed": True}, rows, rows, phase="committed")
    return {"import": str(import_id), "state": Import.State.COMMITTED}


def _take(row: Import, by: Actor, at: datetime) -> None:
    figures = row.counted()
    if figures["accepted"]:
        assert row.lines_file is not None
        with plain_file(row.lines_file) as lines, _lean():
            row.sales_file_id = intake.accept(
                actor=by,
                file_name=row.file_name,
                sha256=row.sha256,
                profile=row.profile,
                period=row.period,
                lines_path=lines,
                scales=figures["scales"],
                reported=[
                    {name: total[name] for name in ("currency", "reported", "accepted")}
                    for total in figures["totals"]
                    if total["currency"]
                ],
                at=at,
            )
    row.state, row.committed_at = Import.State.COMMITTED, at
    row.save(update_fields=["state", "committed_at", "sales_file_id"])
    imports.record("committed", row, by, at, sales_file=row.sales_file_id)


@contextmanager
def _lean() -> Iterator[None]:
    """Let Arrow give memory back at once: its own pool would keep what it once had."""
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


def _keep(
    import_id: UUID, reading: Reading, taken_over: list[int], by: Actor, at: datetime
) -> Import:
    """Write what became of the rows; the Parquet files are kept sealed."""
    (row,) = lock_for_change((Import, [import_id]))
    found: Import = row
    if found.state not in (Import.State.MAPPED, Import.State.VALIDATED):
        return found
    v = reading.validation
    found.detection, found.mapping = asdict(reading.detection), asdict(reading.mapping)
    found.profile = reading.detection.profile
    found.period = found.period or _period(reading, at)
    found.figures = {
        "rows_read": v.rows_read,
        "accepted": v.accepted,
        "quarantined": v.quarantined,
        "rejected": v.rejected,
        "rows_without_money": v.rows_without_money,
        "errors_total": v.errors_total,
        "totals": [asdict(total) for total in v.totals],
        "scales": v.scales,
        "part": v.part,
        "bad_rows": questions.as_ranges(_row_numbers(reading.bad)),
        "replaces": questions.as_ranges(taken_over),
    }
    found.findings = _findings(reading)
    found.lines_file = _sealed(reading.lines, "lines", found, at)
    found.bad_file = _sealed(reading.bad, "bad", found, at)
    found.state = Import.State.VALIDATED
    found.save()
    imports.record("validated", found, by, at, rows=v.rows_read, accepted=v.accepted)
    return found


def _sealed(path: str, what: str, row: Import, at: datetime) -> "StoredFile":
    """Keep lines for as long as a person may take over them, bad rows as long as the file."""
    until = row.file.retain_until
    if what == "lines":
        until = at.date() + imports.KEPT_LINES
    with Path(path).open("rb") as file:
        return storage.put(
            file,
            name=f"{what} of {row.file_name}"[:255],
            media_type="application/vnd.apache.parquet",
            retain_until=until,
            at=at,
        )


def _findings(reading: Reading) -> dict[str, Any]:
    v = reading.validation
    return {
        "errors": [asdict(error) for error in v.errors],
        "groups": [asdict(group) for group in v.groups],
        "skipped": [asdict(skipped) for skipped in v.skipped],
        "facts": v.facts,
    }


def _refuse(
    ctx: JobContext, import_id: UUID, findings: dict[str, Any], by: Actor
) -> dict[str, Any]:
    """Keep that the file was refused and why; nothing of it was taken."""
    with ctx.transaction():
        (row,) = lock_for_change((Import, [import_id]))
        row.state, row.findings, row.figures = Import.State.REFUSED, findings, {}
        row.save(update_fields=["state", "findings", "figures"])
        imports.record("refused", row, by, timezone.now())
        ctx.checkpoint({"refused": True}, 0, 0, phase="refused")
    return {"import": str(import_id), "state": Import.State.REFUSED}


def _rows_replaced(reading: Reading, waiting: set[int] | None) -> list[int]:
    """Return the rows a correction takes over; each must be open and stand once."""
    if waiting is None:
        return []
    if any(error.code == "row_number_unreadable" for error in reading.validation.errors):
        raise CorrectionRefused(
            "A row has lost its number. Keep the _row column of the errors file as it was."
        )
    rows = [*_row_numbers(reading.lines), *_row_numbers(reading.bad)]
    if len(set(rows)) < len(rows):
        twice = next(row for row in sorted(rows) if rows.count(row) > 1)
        raise CorrectionRefused(
            f"Row {twice} stands twice in the errors file. Keep one.", row=twice
        )
    if closed := sorted(set(rows) - waiting):
        raise CorrectionRefused(
            f"{len(closed)} of the rows aren't open in the first import, the first of them row "
            f"{closed[0]}: they were accepted, or corrected before. Take them out.",
            row=closed[0],
        )
    return rows


def _row_numbers(path: str) -> list[int]:
    if not path:
        return []
    numbers: list[int] = _columns(path, "_row")["_row"].to_pylist()
    return numbers


def _columns(path: str, *names: str) -> pa.Table:
    """Return columns of a Parquet file; read_table would load 50 MiB of dataset code, and each
    thread that reads keeps memory of its own."""
    return pq.ParquetFile(path).read(columns=list(names), use_threads=False)


def _period(reading: Reading, at: datetime) -> str:
    """Return the quarter of the last day of use in the file; without one, the one we are in."""
    days = _columns(reading.lines, "sold_on", "usage_end")
    ends = [pc.max(days[name]).as_py() for name in ("usage_end", "sold_on")]
    last = next((day for day in ends if day is not None), at.date())
    return imports.quarter_of(last)
