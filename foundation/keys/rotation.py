"""New wrapping keys: data keys are wrapped anew under them, then old ones may be retired."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from foundation.keys.providers import FileKeys, OrganisationKeys
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


def rewrap(org_id: UUID) -> int:
    """Wrap one organisation's data keys under its own newest wrapping key; return how many.

    Each batch is a transaction of its own, so traffic goes on; run again, it goes on where it
    stopped. Keys that the one of all organisations wrapped get their organisation's.
    """
    keys = organisation_keys(org_id)
    newest, done = keys.own.current(), 0
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


def organisation_keys(org_id: UUID) -> OrganisationKeys:
    """Return an organisation's wrapping keys in this installation."""
    return OrganisationKeys(settings.KEY_DIR, org_id)


def retire(org_id: UUID) -> list[str]:
    """Destroy an organisation's older keys that wrap nothing any more; return their ids."""
    own = organisation_keys(org_id).own
    gone = [key_id for key_id in own.older() if not still_under(org_id, key_id)]
    for key_id in gone:
        own.retire(key_id)
    return gone


def retire_shared(organisations: Sequence[UUID]) -> list[str]:
    """Destroy the keys that all organisations shared, once they wrap nothing; return their ids."""
    shared = FileKeys(settings.KEY_DIR)
    listed = shared.all()
    if any(still_under(org_id, key_id) for org_id in organisations for key_id in listed):
        return []
    for key_id in listed:
        (shared.directory / f"{key_id}.key").unlink()
    return listed


def _rewrap_batch(
    keys: OrganisationKeys,
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
