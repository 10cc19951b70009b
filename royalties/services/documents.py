"""Deeds on a statement's files: ask for one, make it, find the one that was made."""

import tempfile
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import transaction

from accounts.selectors import people
from audit.actors import Actor
from audit.services import events
from foundation import jobs, storage
from foundation.jobs import JobContext
from foundation.models import Job, StoredFile
from royalties import documents
from royalties.selectors import statements

KIND = "royalties.statement.pdf"
KEPT = timedelta(days=7)


@transaction.atomic
def ask(*, statement_id: UUID, kind: str, by: Actor, at: datetime) -> Job:
    """Ask for a statement's file; a file that is being made already is not made twice.

    Raises NoStatement or UnknownFormat.
    """
    statement = statements.by_id(statement_id)
    documents.media_type(kind)
    events.record(
        "royalties.statement.file_asked", subject=statement, actor=by, at=at, after={"format": kind}
    )
    return jobs.enqueue(
        KIND,
        {"statement": str(statement_id), "format": kind},
        actor=by,
        dedupe=_key(statement_id, kind),
        at=at,
    )


def make(context: JobContext, *, at: datetime) -> dict[str, Any]:
    """Write the file a job asks for and keep it for a week; return its id, name and kind."""
    kind = context.payload["format"]
    with context.transaction(), tempfile.SpooledTemporaryFile(max_size=1 << 22) as made:
        statement = statements.by_id(UUID(context.payload["statement"]))
        file = cast(BinaryIO, made)
        by = people.name_of(context.actor_id)
        documents.write(statement, kind, file, by=by, at=at)
        made.seek(0)
        name = documents.file_name(statement, kind)
        stored = storage.put(
            file,
            name=name,
            media_type=documents.media_type(kind),
            retain_until=(at + KEPT).date(),
            at=at,
        )
        context.checkpoint(None, 1, 1)
    return {"file": str(stored.pk), "name": name, "format": kind}


def asked(*, statement_id: UUID, kind: str) -> Job | None:
    """Return the newest job for this file, whatever its state."""
    return jobs.latest(KIND, _key(statement_id, kind))


def ready(job: Job) -> StoredFile | None:
    """Return the file that a job made, as long as it is kept; open it with ``storage.open``."""
    if not job.result:
        return None
    return StoredFile.objects.filter(pk=job.result["file"], destroyed_at=None).first()


def _key(statement_id: UUID, kind: str) -> str:
    return f"{statement_id}:{kind}"
