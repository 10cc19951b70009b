"""Keep the files of works."""

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from catalog.models import Asset
from catalog.services import works
from foundation.storage import services as storage

if TYPE_CHECKING:
    from audit.actors import Actor


@transaction.atomic
def attach(
    *,
    work_id: UUID,
    kind: str,
    content: bytes | BinaryIO,
    name: str,
    media_type: str,
    actor: "Actor",
    at: datetime,
) -> Asset:
    """Keep a file as a work's asset, its content once. Raises BadWork or WorkExists."""
    work = works.locked(work_id)
    if kind not in Asset.Kind.values:
        raise works.BadWork(f"{kind!r} is no kind of asset: {', '.join(Asset.Kind.values)}.")
    stored = storage.put(content, name=name, media_type=media_type, at=at)
    asset = Asset(
        work=work,
        kind=kind,
        file_id=stored.pk,
        sha256=stored.sha256,
        media_type=media_type,
        created_at=at,
    )
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError as error:
        raise works.WorkExists(f"{work.title} has this file as {kind} already.") from error
    events.record(
        "catalog.asset.attached",
        subject=work,
        actor=actor,
        at=at,
        after={"asset": asset.pk, "kind": kind, "sha256": stored.sha256},
    )
    return asset
