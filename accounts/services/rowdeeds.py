"""Deeds on chosen rows that a job does, one row after the other, each refused or done by itself.

    rowdeeds.add(RowDeed("royalties.holding_back", "Statements held back", "statements_hold",
                         one=hold, named=names, permission=STATEMENT_PUBLISH, undo=release))

Each row is one call of a service, with its own event; one that is refused stops no other.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts import longjobs
from accounts.models import ChosenRow, User
from accounts.selectors import access
from audit.actors import Actor
from audit.services import events
from foundation import jobs, keys
from foundation.models import Job
from foundation.models.jobs import CANCELLED, FAILED
from kernel.errors import DomainError
from kernel.ids import uuid7

AT_MOST, BATCH = 50_000, 50
UNDONE_FOR = timedelta(minutes=10)
BACK = ".undo"
DONE, REFUSED, WAITING = ChosenRow.State.DONE, ChosenRow.State.REFUSED, ChosenRow.State.WAITING


class CannotUndo(DomainError):
    """What was done to chosen rows can't be undone, or not any more."""

    code = "cannot_undo"
    status = 409


class NotAllowedNow(DomainError):
    """Who asked for a deed on rows may not do it any more."""

    code = "not_allowed_now"
    status = 403


class Named(NamedTuple):
    """How people know a row, and its page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class RowDeed:
    """One kind: its label; the address that asks for it and for its undoing; what is done.

    ``one`` and ``undo`` take the row's key, what was asked, who and when; they raise a DomainError
    where they refuse. ``named`` gives rows their names. ``undo`` None: it is for good.
    """

    kind: str
    label: str
    address: str
    one: Callable[[UUID, Mapping[str, str], Actor, datetime], Any]
    named: Callable[[Sequence[UUID]], Mapping[UUID, Named]]
    permission: str = ""
    undo: Callable[[UUID, Mapping[str, str], Actor, datetime], Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows of a job are done, refused and not done; ``until`` when it can be undone, at
    ``address``; ``undone`` is the job that did so."""

    done: int
    refused: int
    waiting: int
    address: str
    until: datetime | None
    undone: UUID | None


_deeds: dict[str, RowDeed] = {}


def add(deed: RowDeed) -> None:
    """Let a kind be done and undone by jobs, at start; the same kind again replaces it."""
    _deeds[deed.kind] = deed
    longjobs.add(longjobs.Look(deed.kind, deed.label, permission=deed.permission))
    jobs.kind(deed.kind, lease_seconds=120)(work)
    if deed.undo:
        undone = longjobs.Look(
            deed.kind + BACK, f"Undo: {deed.label.lower()}", permission=deed.permission
        )
        longjobs.add(undone)
        jobs.kind(undone.kind, lease_seconds=120)(work)


def of(kind: str) -> RowDeed:
    """Return a deed by its kind, or by the kind of its undoing."""
    return _deeds[kind.removesuffix(BACK)]


@transaction.atomic
def ask(
    *, kind: str, keys: Sequence[UUID], asked: Mapping[str, str], by: User, at: datetime
) -> Job:
    """Ask for the job that does a deed to these rows, in this order.

    What was answered to the deed's form is sealed for whoever asks.
    """
    return _ask(kind, keys, asked, by=by, at=at)


@transaction.atomic
def undo(*, job: Job, by: User, at: datetime) -> Job:
    """Ask for the job that puts back what ``job`` did, row by row. Raises CannotUndo."""
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    found = outcome(locked, at=at)
    if found is None or of(job.kind).undo is None:
        raise CannotUndo("This can't be undone. Change the rows by themselves.")
    if found.undone:
        raise CannotUndo("It was undone already. Look at the list for how the rows are now.")
    if found.until is None:
        minutes = int(UNDONE_FOR.total_seconds()) // 60
        raise CannotUndo(
            f"It can be undone once it has ended, for {minutes} minutes, where something was done. "
            "Change the rows by themselves."
        )
    rows = ChosenRow.objects.filter(job=locked, state=DONE).order_by("position")
    done = list(rows.values_list("subject", flat=True))
    return _ask(job.kind + BACK, done, {}, by=by, at=at, dedupe=f"{job.pk}")


def outcome(job: Job, *, at: datetime) -> Outcome | None:
    """Return what became of a job's rows; None where it is no deed on rows."""
    if job.kind.removesuffix(BACK) not in _deeds:
        return None
    deed = of(job.kind)
    counted = ChosenRow.objects.filter(job=job).values_list("state").annotate(rows=Count("pk"))
    rows = dict(counted.order_by("state"))
    until = undone = None
    if deed.undo and not job.kind.endswith(BACK) and job.ended_at and rows.get(DONE):
        back = jobs.latest(job.kind + BACK, f"{job.pk}")
        undone = back.pk if back and back.state not in (FAILED, CANCELLED) else None
        until = job.ended_at + UNDONE_FOR
    return Outcome(
        rows.get(DONE, 0),
        rows.get(REFUSED, 0),
        rows.get(WAITING, 0),
        deed.address,
        until if until and until > at else None,
        undone,
    )


def work(context: jobs.JobContext) -> dict[str, Any]:
    """Do what such a job asks, fifty rows a step; a row that is refused keeps why."""
    deed, back = of(context.kind), context.kind.endswith(BACK)
    act = deed.undo if back and deed.undo else deed.one
    asked = _asked(context)
    with context.transaction():
        total = ChosenRow.objects.filter(job_id=context.job_id).count()
    while True:
        with context.transaction():
            _may(context, deed)
            waiting = ChosenRow.objects.filter(job_id=context.job_id, state=WAITING)
            rows = list(waiting.order_by("position")[:BATCH])
            if not rows:
                break
            for row in rows:
                row.state, row.why = _one(act, row, asked, context)
            ChosenRow.objects.bulk_update(rows, ["state", "why"])
            context.checkpoint(None, rows[-1].position + 1, total, "Rows")
    with context.transaction():
        done = ChosenRow.objects.filter(job_id=context.job_id, state=DONE).count()
    return {"done": done, "refused": total - done}


def _one(
    act: Callable[..., Any], row: ChosenRow, asked: Mapping[str, str], context: jobs.JobContext
) -> tuple[str, str]:
    try:
        with transaction.atomic():
            act(row.subject, asked, context, timezone.now())
    except DomainError as refusal:
        return REFUSED, refusal.detail[:500] or refusal.code
    return DONE, ""


def _may(context: jobs.JobContext, deed: RowDeed) -> None:
    if deed.permission and deed.permission not in access.codes_of(context.actor_id):
        raise NotAllowedNow(
            "Who asked for it may not do this any more. What was done so far stays."
        )


def _ask(
    kind: str,
    subjects: Sequence[UUID],
    asked: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    dedupe: str | None = None,
) -> Job:
    about = str(uuid7())
    sealed = keys.encrypt(by.pk, json.dumps(dict(asked)).encode(), context=f"row_deed/{about}")
    payload = {"asked": b64encode(sealed).decode("ascii"), "about": about}
    job = jobs.enqueue(kind, payload, actor=by, dedupe=dedupe, at=at)
    rows = [ChosenRow(job=job, position=place, subject=key) for place, key in enumerate(subjects)]
    ChosenRow.objects.bulk_create(rows, batch_size=1000)
    events.record(
        "accounts.rows.deed_asked",
        subject=by,
        actor=by,
        at=at,
        after={"kind": kind, "rows": len(rows), "job": str(job.pk)},
    )
    return job


def _asked(context: jobs.JobContext) -> dict[str, str]:
    with context.transaction():
        sealed, about = b64decode(context.payload["asked"]), context.payload["about"]
        said = keys.decrypt(context.actor_id, sealed, context=f"row_deed/{about}")
    found: dict[str, str] = json.loads(said)
    return found
