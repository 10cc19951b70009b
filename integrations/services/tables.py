"""Tables of works, holders, claims and rates: begin, map, check, take, give back.

The check compares every row with what is there; taking makes and changes all of it or nothing, and
only if nothing has changed since the check.
"""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from audit.services import events
from foundation import jobs, storage
from foundation.batched import batched
from foundation.exports.cells import safe_cell
from foundation.exports.versions import version_of
from foundation.exports.writers import Csv, Workbook, Writer
from foundation.locks import lock_for_change
from integrations.files.reading import Choices, read_plain_table
from integrations.models import TableImport
from integrations.services.comparing import ID, VERSION, Compared, Rule, compared, mapped
from integrations.services.imports import KEPT, NotAtThatStep
from integrations.services.plain_files import plain_file
from integrations.targets import TARGETS, Target
from integrations.targets.base import Change, Values
from kernel.errors import DomainError

if TYPE_CHECKING:
    from foundation.models import Job, StoredFile

CHECK, TAKE = "integrations.table.check", "integrations.table.take"
State = TableImport.State
STRETCH = 2_000
FIRST, FIRST_TOLD = 1_000, 50  # rows that are looked at first; findings told of them
MOST_RULES, LONGEST_MEANING = 200, 500


class ChangedMeanwhile(DomainError):
    """What a table would change isn't any more what it was when the table was checked."""

    code = "changed_meanwhile"


class NoSuchColumn(DomainError):
    """A mapping that names a field or a heading that isn't there."""

    code = "no_such_column"
    status = 422


class TooManyRules(DomainError):
    """A table that needs more rules than a person can oversee."""

    code = "too_many_rules"
    status = 422


class StillUsed(DomainError):
    """Something depends on what an import made, so it can't be taken away."""

    code = "still_used"


@transaction.atomic
def begin(
    *, target: str, source: Path, name: str, by: Actor, at: datetime, encoding: str = ""
) -> TableImport:
    """Keep a table sealed, look at it and map its columns. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        found = read_plain_table(source, folder=Path(folder), choices=Choices(encoding=encoding))
    with source.open("rb") as file:
        kept = storage.put(
            file,
            name=name[:255],
            media_type="application/octet-stream",
            retain_until=(at + KEPT).date(),
            at=at,
        )
    row = TableImport(
        target=target,
        file=kept,
        file_name=name[:255],
        sha256=kept.sha256,
        state=State.MAPPED,
        choices={"encoding": encoding},
        detection={**found.as_dict(), "rows": ""},
        mapping=mapped(TARGETS[target], found.headings),
        begun_at=at,
        begun_by=by.actor_id,
    )
    row.save(force_insert=True)
    _record("begun", row, by, at)
    return row


@transaction.atomic
def map(  # noqa: A001  the wizard's own name for the step
    *, table_id: UUID, mapping: Mapping[str, str], by: Actor, at: datetime
) -> "Job":
    """Read the columns under a mapping of field to heading; ask for the check.

    Raises NoSuchColumn where it names a field or a heading that isn't there.
    """
    row = _at_step(table_id, State.MAPPED, State.CHECKED)
    row.mapping = {name: heading for name, heading in mapping.items() if heading}
    _columns_are_there(row)
    row.state, row.figures, row.findings, row.plan_file = State.MAPPED, {}, {}, None
    row.save()
    _record("mapped", row, by, at)
    return _ask(CHECK, row, by, at)


@transaction.atomic
def settle(
    *, table_id: UUID, column: str, value: str, meaning: str, by: Actor, at: datetime
) -> "Job":
    """Say what a value of a column stands for in all its rows; ask for the check anew.

    ``value`` is as a finding shows it, empty for empty cells; ``meaning`` empty takes the rule
    away. Raises NoSuchColumn and TooManyRules.
    """
    row = _at_step(table_id, State.MAPPED, State.CHECKED)
    if column not in row.mapping.values():
        raise NoSuchColumn(f"No field is read from a column {column[:80]!r}.")
    kept = [each for each in rules(row) if (each.column, each.value) != (column, value)]
    if meaning.strip():
        kept.append(Rule(column, value, meaning.strip()[:LONGEST_MEANING]))
    if len(kept) > MOST_RULES:
        raise TooManyRules(f"More than {MOST_RULES} rules are too many: correct the table instead.")
    row.choices = {**row.choices, "rules": [list(each) for each in kept]}
    row.state, row.figures, row.findings, row.plan_file = State.MAPPED, {}, {}, None
    row.save()
    _record("ruled", row, by, at)
    return _ask(CHECK, row, by, at)


def rules(row: TableImport) -> list[Rule]:
    """Return what was said of values of a table's columns."""
    return [Rule(*each) for each in row.choices.get("rules", [])]


def _columns_are_there(row: TableImport) -> None:
    fields = [ID, VERSION, *(each.name for each in TARGETS[row.target].fields)]
    for name, heading in row.mapping.items():
        if name not in fields:
            raise NoSuchColumn(f"There is no field {name[:40]!r}. Use {', '.join(fields)}.")
        if heading not in row.detection["headings"]:
            raise NoSuchColumn(f"The table has no column {heading[:80]!r}.")


@transaction.atomic
def take(*, table_id: UUID, by: Actor, at: datetime) -> "Job":
    """Ask for the job that makes and changes what the check found."""
    row = _at_step(table_id, State.CHECKED)
    _record("approved", row, by, at)
    return _ask(TAKE, row, by, at)


@transaction.atomic
def give_back(*, table_id: UUID, reason: str, by: Actor, at: datetime) -> TableImport:
    """Take away what an import made and change back what it changed, while nothing depends on it.

    Raises StillUsed, and ChangedMeanwhile where somebody has changed something since.
    """
    row = _at_step(table_id, State.MAPPED, State.CHECKED, State.TAKEN)
    if row.state == State.TAKEN:
        target, changes = TARGETS[row.target], plan(row)
        made = {each.key: each.after for each in changes if each.before is None}
        if used := target.used(made):
            first = sorted(target.named(made[key]) or str(key) for key in used)[0]
            raise StillUsed(
                f"{len(used)} of what it made are in use, {first} among them. Retire them one by "
                "one instead."
            )
        _unchanged(target, changes, lambda each: each.after)
        target.give_back(changes, by, at, row.file_name)
    row.state, row.reversed_at = State.REVERSED, at
    row.save(update_fields=["state", "reversed_at"])
    _record("reversed", row, by, at, reason=reason)
    return row


def check_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Compare every row with what is there, keep the plan; of many, tell of the first at once."""
    table_id = UUID(ctx.payload["table"])
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        with ctx.transaction():
            row = TableImport.objects.select_related("file").get(pk=table_id)
            encoding = row.choices.get("encoding", "")
            with plain_file(row.file) as path:
                choices = Choices(encoding=encoding)
                found = read_plain_table(path, folder=Path(folder), choices=choices)
            if found.count > FIRST:
                tell_first(row, Path(found.rows))
            ctx.checkpoint({"read": True}, min(FIRST, found.count), found.count, phase="read")
        with ctx.transaction():
            target = TARGETS[row.target]
            out = compared(target, row.mapping, _rows(Path(found.rows)), rules(row))
            wrong = _wrong_rows(Path(found.rows), found.headings, out)
            (held,) = lock_for_change((TableImport, [table_id]))
            if held.state == State.MAPPED:
                _keep(held, out, wrong, timezone.now())
            ctx.checkpoint({"checked": True}, out.rows, out.rows, phase="checked")
    return {"table": str(table_id), "state": State.CHECKED}


def tell_first(row: TableImport, path: Path) -> None:
    """Keep what is wrong with the first rows, looked at by themselves, until all are checked.

    ``path`` is the table's rows as Parquet, as its reader left them.
    """
    some = list(islice(_rows(path), FIRST))
    out = compared(TARGETS[row.target], row.mapping, some, rules(row))
    (held,) = lock_for_change((TableImport, [row.pk]))
    if held.state == State.MAPPED:
        held.findings = {"errors": out.errors[:FIRST_TOLD], "groups": []}
        held.save(update_fields=["findings"])


def take_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Make and change what the check found, once, all of it or nothing."""
    table_id, now = UUID(ctx.payload["table"]), timezone.now()
    with ctx.transaction():
        (row,) = lock_for_change((TableImport, [table_id]))
        changes = plan(row)
        if row.state == State.CHECKED:
            target = TARGETS[row.target]
            _unchanged(target, changes, lambda each: each.before)
            if changes:
                target.take(changes, ctx, now, row.file_name)
            row.state, row.taken_at = State.TAKEN, now
            row.keys = target.listed(changes)
            row.save(update_fields=["state", "taken_at", "keys"])
            _record("taken", row, ctx, now)
        ctx.checkpoint({"taken": True}, len(changes), len(changes), phase="taken")
    return {"table": str(table_id), "state": State.TAKEN}


def plan(row: TableImport) -> list[Change]:
    """Return the rows of a checked import that are new or change something."""
    if row.plan_file is None:
        return []
    with closing(storage.open(row.plan_file)) as file:
        kept = json.load(file)["changes"]
    return [Change(each["row"], UUID(each["key"]), each["before"], each["after"]) for each in kept]


def errors_csv(row: TableImport) -> bytes:
    """Return the wrong rows as CSV, led by what is wrong: to correct and bring again."""
    if row.plan_file is None:
        return b""
    with closing(storage.open(row.plan_file)) as file:
        wrong = json.load(file)["wrong"]
    return _csv([["_error", *row.detection["headings"]], *wrong])


def standing(target: Target, out: BinaryIO, kind: str, ids: Iterable[UUID] | None = None) -> None:
    """Write what is there (``ids``: some of it) as ``csv`` or ``xlsx`` with id and version, to be
    changed and brought back."""
    names = [*(each.name for each in target.fields), *target.told]
    head = [ID, VERSION, *names]
    writer: Writer
    if kind == "xlsx":
        writer = Workbook(out, head, title=target.label, kinds=["text"] * len(head))
    else:
        writer = Csv(out, head, bom=True)
    for some in batched(_there(target, ids), STRETCH):
        for key, values, line in target.lines(some):
            writer.row([str(key), version_of(values), *(line[name] for name in names)])
    told = "Change cells, add rows without id, and bring it back under Table imports."
    writer.end([], [("What", target.label), ("Use", told)])


def _there(target: Target, ids: Iterable[UUID] | None) -> Iterator[tuple[UUID, Values]]:
    if ids is None:
        yield from target.every()
        return
    for some in batched(ids, STRETCH):
        there = target.standing(some, [])
        yield from ((key, there[key]) for key in some if key in there)


def _csv(rows: Iterable[Sequence[str]], *, mark: bool = True) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(8192):
            for line in batch.to_pylist():
                yield line.pop("_row"), line


def _wrong_rows(path: Path, headings: Sequence[str], out: Compared) -> list[list[str]]:
    if not out.wrong:
        return []
    return [
        ["; ".join(out.wrong[number]), *(cells[name] or "" for name in headings)]
        for number, cells in _rows(path)
        if number in out.wrong
    ]


def _keep(row: TableImport, out: Compared, wrong: list[list[str]], at: datetime) -> None:
    changes = [
        {"row": c.row, "key": str(c.key), "before": c.before, "after": c.after} for c in out.changes
    ]
    new = sum(each.before is None for each in out.changes)
    row.figures = {
        "rows": out.rows,
        "new": new,
        "changed": len(out.changes) - new,
        "same": out.same,
        "wrong": len(out.wrong),
    }
    groups = sorted(out.groups.values(), key=lambda group: (-group["rows"], group["first_row"]))
    row.findings = {"errors": out.errors, "groups": groups}
    row.plan_file = _sealed({"changes": changes, "wrong": wrong}, row, at)
    row.state = State.CHECKED
    row.save()


def _sealed(content: dict[str, Any], row: TableImport, at: datetime) -> "StoredFile":
    return storage.put(
        json.dumps({**content, "of": str(row.pk)}).encode(),
        name=f"plan of {row.file_name}"[:255],
        media_type="application/json",
        retain_until=(at + KEPT).date(),
        at=at,
    )


def _unchanged(target: Target, changes: Sequence[Change], wanted: Any) -> None:
    """Raise ChangedMeanwhile unless everything is as it was written down."""
    expected: dict[UUID, Values] = {
        each.key: values for each in changes if (values := wanted(each)) is not None
    }
    there: dict[UUID, Values] = {}
    for some in batched(expected, STRETCH):
        there |= target.standing(some, [])
    for key, values in expected.items():
        if there.get(key) != values:
            now = there.get(key, {})
            told = ", ".join(name for name, text in values.items() if now.get(name) != text)
            raise ChangedMeanwhile(
                f"{target.named(values) or key} was changed meanwhile ({told[:200]}). Look at it, "
                "then bring the table again."
            )


def _ask(kind: str, row: TableImport, by: Actor, at: datetime) -> "Job":
    job = jobs.enqueue(kind, {"table": str(row.pk)}, actor=by, dedupe=str(row.pk), at=at)
    row.job_id = job.pk
    row.save(update_fields=["job_id"])
    return job


def _at_step(table_id: UUID, *steps: str) -> TableImport:
    (row,) = lock_for_change((TableImport, [table_id]))
    if row.state not in steps:
        raise NotAtThatStep(
            f"{row.file_name} is {row.get_state_display()}; that can't be done with it now."
        )
    found: TableImport = row
    return found


def _record(deed: str, row: TableImport, by: Actor, at: datetime, reason: str = "") -> None:
    events.record(
        f"integrations.table.{deed}",
        subject=row,
        actor=by,
        at=at,
        reason=reason,
        after={"target": row.target, "sha256": row.sha256, **row.figures},
    )
