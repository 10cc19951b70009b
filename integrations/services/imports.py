"""A sales file's way in: begin, map, validate, correct, commit, reverse.

Command line, API and wizard take these steps and no others. ``validate`` and ``commit`` ask for a
job (``integrations.services.import_jobs`` does it). Each step is safe to repeat.
"""

import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actors import Actor
from audit.services import events
from foundation import jobs, storage
from foundation.locks import lock_for_change
from integrations.files.contract import Reading
from integrations.files.reading import DSR, Choices, detect_sales_file
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.selectors import profiles, report_parts
from integrations.services.plain_files import plain_file
from kernel.errors import DomainError
from kernel.period import Period
from royalties.services import intake

if TYPE_CHECKING:
    from foundation.models import Job, StoredFile

VALIDATE, COMMIT = "integrations.import.validate", "integrations.import.commit"
PLAIN = "mediatrack"  # how the errors file of a DSR file is read: its columns are our fields
# Long enough for the audit clauses of usual contracts (two or three years back).
KEPT = timedelta(days=3 * 366)
KEPT_LINES = timedelta(days=30)  # from the check to the commit; then it has to be checked again


class Unexplained(DomainError):
    """The file reports another total than what is accepted, and nobody said why."""

    code = "difference_unexplained"
    status = 422


class NotAtThatStep(DomainError):
    """A step that the import has behind it, or not yet before it."""

    code = "import_not_at_that_step"


@dataclass(frozen=True, slots=True)
class Begun:
    """The import of a file; ``again`` if its content had come before."""

    row: Import
    again: bool


@transaction.atomic
def begin(
    *,
    source: Path,
    name: str,
    by: Actor,
    at: datetime,
    choices: Choices | None = None,
    period: str = "",
    corrects: Import | None = None,
) -> Begun:
    """Keep a file sealed, look at it, and return its import; a known content returns the first one.

    An errors file that came back finds the import it belongs to by itself, or is told by
    ``corrects``. Raises UnreadableFile, InvalidProfile, and ProfileUnknown for a named profile.
    """
    if period:
        Period.of(period)
    with source.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    if known := Import.objects.standing().filter(sha256=sha256).first():
        return Begun(known, again=True)
    asked = choices or Choices()
    looked = _look(source, name, asked)
    if looked.detection.resubmission and corrects is None:
        corrects = questions.corrected_by(looked.detection.headers)
    if corrects is not None:
        asked, period = _as_the_first(corrects, asked), corrects.period
        looked = _look(source, name, asked)
    row = Import(
        file=_kept(source, name, at),
        file_name=name[:255],
        sha256=sha256,
        size=source.stat().st_size,
        corrects=corrects,
        begun_at=at,
        begun_by=by.actor_id,
    )
    _note(row, looked, asked, period)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same content came twice at once
        return Begun(Import.objects.standing().get(sha256=sha256), again=True)
    record("begun", row, by, at)
    return Begun(row, again=False)


@transaction.atomic
def map(  # noqa: A001  the wizard's own name for the step
    *, import_id: UUID, choices: Choices, period: str = "", by: Actor, at: datetime
) -> Import:
    """Read the file's head again under other choices; what was validated counts no more."""
    if period:
        Period.of(period)
    row = _at_step(import_id, Import.State.DETECTED, Import.State.MAPPED, Import.State.VALIDATED)
    with plain_file(row.file) as path:
        looked = _look(path, row.file_name, choices)
    _note(row, looked, choices, period or row.period)
    row.figures, row.findings, row.lines_file, row.bad_file = {}, {}, None, None
    row.save()
    record("mapped", row, by, at)
    return row


@transaction.atomic
def validate(*, import_id: UUID, by: Actor, at: datetime) -> "Job":
    """Ask for the job that reads and checks every row. The import must be mapped."""
    row = _at_step(import_id, Import.State.MAPPED, Import.State.VALIDATED)
    return _ask(VALIDATE, row, by, at)


@transaction.atomic
def replace_rows(*, import_id: UUID, source: Path, name: str, by: Actor, at: datetime) -> Begun:
    """Begin the import of an errors file that came back: its rows replace just those rows.

    It is validated and committed like any other import; the first import's profile, decimal style,
    currency and period hold for it.
    """
    row = _at_step(import_id, Import.State.VALIDATED, Import.State.COMMITTED)
    return begin(source=source, name=name, by=by, at=at, corrects=row.corrects or row)


@transaction.atomic
def commit(*, import_id: UUID, by: Actor, at: datetime, explained: str | None = None) -> "Job":
    """Ask for the job that hands the accepted rows, and those of checked corrections, on.

    ``explained`` is why the file's own total differs from what is accepted, where it does: a person
    who reviewed the file says so. None: nobody was asked. Raises Unexplained.
    """
    row = _at_step(import_id, Import.State.VALIDATED)
    if row.corrects is not None and row.corrects.state != Import.State.COMMITTED:
        raise NotAtThatStep(
            f"{row.file_name} corrects {row.corrects.file_name}, which isn't taken yet. Commit "
            "that one; its checked corrections go with it."
        )
    if explained is not None:
        if questions.differs(row) and not explained.strip():
            raise Unexplained("Say why the file's total differs from what is accepted.")
        row.explained = explained.strip()
        row.save(update_fields=["explained"])
        record("reviewed", row, by, at, reason=row.explained)
    return _ask(COMMIT, row, by, at)


@transaction.atomic
def reverse(*, import_id: UUID, reason: str, by: Actor, at: datetime) -> Import:
    """Take an import back with its corrections, while none of its money is posted.

    Its file may then be imported anew. Raises royalties' AlreadyPosted.
    """
    row = _at_step(
        import_id,
        Import.State.DETECTED,
        Import.State.MAPPED,
        Import.State.VALIDATED,
        Import.State.COMMITTED,
    )
    report_parts.may_go(row)
    for part in [*row.corrections.standing(), row]:
        if part.sales_file_id:
            intake.take_back(file_id=part.sales_file_id, reason=reason, by=by, at=at)
        part.state, part.reversed_at = Import.State.REVERSED, at
        part.save(update_fields=["state", "reversed_at"])
        record("reversed", part, by, at, reason=reason)
    return row


def chosen(row: Import) -> Choices:
    """Return an import's choices as its reader takes them, with the organisation's profiles."""
    others = report_parts.of(row)
    return replace(Choices(**row.choices), own_profiles=profiles.own(), parts=others)


def _kept(source: Path, name: str, at: datetime) -> "StoredFile":
    with source.open("rb") as file:
        return storage.put(
            file,
            name=name,
            media_type="application/octet-stream",
            retain_until=(at + KEPT).date(),
            at=at,
        )


def _look(path: Path, name: str, asked: Choices) -> Reading:
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        return detect_sales_file(
            path,
            folder=Path(folder),
            name=name,
            choices=replace(asked, own_profiles=profiles.own()),
        )


def _note(row: Import, looked: Reading, asked: Choices, period: str) -> None:
    """Write on the row what looking at the file showed."""
    row.detection, row.mapping = asdict(looked.detection), asdict(looked.mapping)
    row.profile = looked.detection.profile
    row.profile_version = _version(row.profile)
    row.choices = {k: v for k, v in asdict(asked).items() if k not in ("own_profiles", "parts")}
    row.period = period
    row.state = Import.State.MAPPED if row.profile else Import.State.DETECTED


def _version(profile: str) -> int | None:
    own = {document["name"]: document["version"] for document in profiles.own()}
    shipped = profiles.shipped_versions()
    version: int | None = own.get(profile, shipped.get(profile))
    return version


def _as_the_first(first: Import, asked: Choices) -> Choices:
    """Return the choices under which the rows of ``first`` were read: its rows come back."""
    return Choices(
        **{
            **first.choices,
            "profile": asked.profile or (PLAIN if first.profile == DSR else first.profile),
            "decimal": asked.decimal or first.detection.get("decimal", ""),
            "currency": asked.currency or first.choices.get("currency", ""),
            "delimiter": asked.delimiter,
            "encoding": asked.encoding,
            "header_row": asked.header_row,
            "sheet": "",
            "reported": {},
        }
    )


def _ask(kind: str, row: Import, by: Actor, at: datetime) -> "Job":
    job = jobs.enqueue(kind, {"import": str(row.pk)}, actor=by, dedupe=str(row.pk), at=at)
    row.job_id = job.pk
    row.save(update_fields=["job_id"])
    return job


def _at_step(import_id: UUID, *steps: str) -> Import:
    """Lock the import and return it at one of ``steps``. Raises NotAtThatStep, RowGone."""
    (row,) = lock_for_change((Import, [import_id]))
    if row.state not in steps:
        raise NotAtThatStep(
            f"{row.file_name} is {row.get_state_display()}; this step is for imports that are "
            f"{' or '.join(Import.State(step).label for step in steps)}.",
            state=row.state,
        )
    found: Import = row
    return found


def record(deed: str, row: Import, by: Actor, at: datetime, reason: str = "", **after: Any) -> None:
    """Record a step of an import."""
    events.record(
        f"integrations.import.{deed}",
        subject=row,
        actor=by,
        at=at,
        reason=reason,
        after={"sha256": row.sha256, "profile": row.profile, "period": row.period, **after},
    )


def quarter_of(day: date) -> str:
    """Return the label of the calendar quarter that ``day`` lies in."""
    return f"{day.year}-Q{(day.month + 2) // 3}"
