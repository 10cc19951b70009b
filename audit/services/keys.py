"""Deeds on an organisation's wrapping keys, each with its event."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from audit.actors import Actor
from audit.services import events
from foundation.keys import rotation
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError


class KeysKept(DomainError):
    """Keys that are not destroyed as asked; says why."""

    code = "keys_kept"


def organisations(slug: str | None = None) -> list[UUID]:
    """Return the organisation of a slug, else all whose keys weren't destroyed for good."""
    if slug:
        return [import_string(settings.TENANT_BY_SLUG)(slug).id]
    listed = import_string(settings.TENANTS)()
    return [each for each in listed if not rotation.organisation_keys(each).own.destroyed]


def rotate(org_id: UUID, *, by: Actor, at: datetime) -> str:
    """Make an organisation's new wrapping key, which wraps from now on; return its id."""
    key_id = rotation.organisation_keys(org_id).own.rotate()
    _record(org_id, "rotated", by, at)
    return key_id


def rewrap(org_id: UUID, *, by: Actor, at: datetime) -> int:
    """Wrap all of an organisation's data keys under its newest key; return how many weren't.

    Safe to stop and to run again: it goes on where it stopped. Recorded where anything was done.
    """
    done = rotation.rewrap(org_id)
    if done:
        _record(org_id, "rewrapped", by, at)
    return done


def retire(org_id: UUID, *, by: Actor, at: datetime) -> list[str]:
    """Destroy an organisation's older keys that wrap nothing any more; return their ids."""
    gone = rotation.retire(org_id)
    if gone:
        _record(org_id, "retired", by, at)
    return gone


def destroy(org_id: UUID, *, by: Actor, at: datetime) -> int:
    """Destroy all keys of an organisation for good; return how many there were.

    Everything sealed for it (files, personal data, the trail's sealed parts, second factors kept
    there) can never be read again, and nothing can be sealed. The event is written first: it holds
    nothing sealed.
    """
    own = rotation.organisation_keys(org_id).own
    if not own.all():
        raise KeysKept("There are no keys to destroy: none was made, or they are gone already.")
    _record(org_id, "destroyed", by, at)
    return own.destroy()


def _record(org_id: UUID, deed: str, by: Actor, at: datetime) -> None:
    with tenant_atomic(org_id):
        subject = ("accounts.organisation", org_id)
        events.record(f"audit.keys.{deed}", subject=subject, actor=by, at=at)
