"""Lists as files: every one that leaves is recorded; a long one is made by a job."""

import json
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from audit.services import events
from foundation import jobs, keys, storage
from foundation.models import Job
from foundation.pages import downloads
from foundation.pages.tables import Table
from kernel.ids import uuid7

KIND = "accounts.list_export"
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is of: a list's address and query, and single rows of it where chosen."""

    path: str
    query: str
    keys: tuple[UUID, ...] = ()


@transaction.atomic
def ask(
    *,
    table: Table,
    chosen: Sequence[UUID],
    kind: str,
    bom: bool,
    count: int,
    by: User,
    at: datetime,
) -> Job:
    """Ask for the file of a list in the background; the job's page offers it for a week.

    What was searched for may be personal: it is sealed for whoever asks.
    """
    place = str(uuid7())
    asked = {"path": table.path, "query": table.query_string, "keys": [str(key) for key in chosen]}
    sealed = keys.encrypt(by.pk, json.dumps(asked).encode(), context=f"list_export/{place}")
    payload = {
        "asked": b64encode(sealed).decode("ascii"),
        "place": place,
        "format": kind,
        "bom": bom,
        "list": table.caption,
    }
    events.record(
        "accounts.list.export_asked",
        subject=by,
        actor=by,
        at=at,
        after={**asked, "format": kind, "rows": count},
    )
    return jobs.enqueue(KIND, payload, actor=by, at=at)


def asked_of(job_payload: dict[str, Any], *, by: UUID) -> Asked:
    """Return what a job was asked to export."""
    place = f"list_export/{job_payload['place']}"
    said = json.loads(keys.decrypt(by, b64decode(job_payload["asked"]), context=place))
    return Asked(said["path"], said["query"], tuple(UUID(key) for key in said["keys"]))


def make(
    context: jobs.JobContext, table: Table, *, by: str, organisation: str, at: datetime
) -> dict[str, Any]:
    """Write the file, a thousand rows a step, and keep it for a week; return what the job says."""
    kind = context.payload["format"]
    with context.transaction():
        total = table.matching.order_by().count()
    with tempfile.TemporaryFile() as made:
        file = cast(BinaryIO, made)
        written = downloads.write(
            table,
            kind,
            file,
            by=by,
            organisation=organisation,
            at=at,
            bom=context.payload["bom"],
            done=lambda rows: context.checkpoint(None, rows, total, "Writing rows"),
            around=context.transaction,
        )
        made.seek(0)
        name = downloads.file_name(table, kind, at)
        with context.transaction():
            stored = storage.put(
                file,
                name=name,
                media_type=downloads.TYPES[kind],
                retain_until=(at + KEPT).date(),
                at=at,
            )
            ready = ("accounts.list.export_ready", {"job": str(context.job_id)})
            record(context.actor_id, table, kind, written, at=at, facts=[ready])
            context.checkpoint(None, written.rows, total, "Keeping the file")
    return {"file": str(stored.pk), "name": name, "rows": written.rows, "sha256": written.sha256}


def record(
    person: UUID,
    table: Table,
    kind: str,
    made: downloads.Made,
    *,
    at: datetime,
    facts: Sequence[tuple[str, dict[str, str]]] = (),
) -> None:
    """Record that somebody's file of a list was made: which rows, how many, their hash."""
    found = User.objects.get(pk=person)
    events.record(
        "accounts.list.exported",
        subject=found,
        actor=found,
        at=at,
        after={
            "path": table.path,
            "query": table.query_string,
            "format": kind,
            "rows": made.rows,
            "sha256": made.sha256,
        },
        facts=facts,
    )


def given(request: HttpRequest, table: Table, kind: str, made: downloads.Made) -> None:
    """Record a file that was given at once."""
    if isinstance(request.user, User):
        record(request.user.pk, table, kind, made, at=timezone.now())
