"""A new wrapping key: every data key is wrapped anew under it, then old ones may be retired."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from foundation.keys.providers import FileKeys
from foundation.keys.subjects import wrapping_context
from foundation.models.files import StoredFile
from foundation.models.keys import SubjectKey
from foundation.tenancy import tenant_atomic

_BATCH = 500


def _of_subject(row: Any) -> str:
    return wrapping_context(row.org_id, row.subject_id)


def _of_file(row: Any) -> str:
    return f"stored_file/{row.org_id}/{row.id}"


# Every table that holds wrapped keys, and what each wrapped key is bound to.
WRAPPED: tuple[tuple[type[models.Model], Callable[[Any], str]], ...] = (
    (SubjectKey, _of_subject),
    (StoredFile, _of_file),
)


def rewrap(keys: FileKeys, org_id: UUID) -> int:
    """Wrap one organisation's data keys under the newest wrapping key; return how many.

    Each batch is a transaction of its own, so traffic goes on; run again, it goes on where it
    stopped.
    """
    newest, done = keys.current(), 0
    for model, context in WRAPPED:
        while batch := _rewrap_batch(keys, org_id, newest, model, context):
            done += batch
    return done


def still_under(org_id: UUID, key_id: str) -> int:
    """Return how many of the organisation's data keys are wrapped by ``key_id``."""
    with tenant_atomic(org_id):
        return sum(
            model._default_manager.filter(key_id=key_id, destroyed_at=None).count()
            for model, _ in WRAPPED
        )


def file_keys() -> FileKeys:
    """Return the wrapping keys of this installation."""
    return FileKeys(settings.KEY_DIR)


def _rewrap_batch(
    keys: FileKeys,
    org_id: UUID,
    newest: str,
    model: type[models.Model],
    context: Callable[[Any], str],
) -> int:
    with tenant_atomic(org_id), transaction.atomic():
        old = model._default_manager.filter(destroyed_at=None).exclude(key_id=newest)
        rows: list[Any] = list(old.order_by("id").select_for_update(no_key=True)[:_BATCH])
        for row in rows:
            key = keys.unwrap(row.key_id, bytes(row.wrapped_key), context=context(row))
            row.key_id, row.wrapped_key = keys.wrap(key, context=context(row))
        model._default_manager.bulk_update(rows, ["key_id", "wrapped_key"])
        return len(rows)
