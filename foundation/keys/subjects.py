"""Deeds on subjects' keys: seal for a subject, open, destroy for good.

Every sealed value is bound to its organisation, its subject and the place it stands in.
"""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from django.conf import settings
from django.db import transaction

from foundation.keys.providers import KeyProvider, OrganisationKeys
from foundation.keys.sealing import seal, unseal
from foundation.models.keys import SubjectKey
from foundation.tenancy import current_org
from kernel.errors import DomainError


class SubjectErased(DomainError):
    """The subject's key was destroyed: what was sealed for them can't be read any more."""

    code = "subject_erased"
    status = 410


class UnknownSubject(DomainError):
    """Nothing was ever sealed for this subject in this organisation."""

    code = "unknown_subject"
    status = 404


class NoOrganisation(DomainError):
    """Keys belong to an organisation, and none is set."""

    code = "no_organisation"
    status = 500


def provider(org_id: UUID) -> KeyProvider:
    """Return the provider of the keys that wrap an organisation's data keys."""
    return OrganisationKeys(settings.KEY_DIR, org_id)


def encrypt(subject: UUID, plaintext: bytes, *, context: str) -> bytes:
    """Seal ``plaintext`` for ``subject``, making their key when it is the first time.

    ``context`` names the place (table, column, row); only the same one opens it again. Raises
    SubjectErased.
    """
    return seal(_key(subject, make=True), plaintext, context=_place(subject, context))


def decrypt(subject: UUID, sealed: bytes, *, context: str) -> bytes:
    """Return what was sealed. Raises SubjectErased, UnknownSubject or NotReadable."""
    return unseal(_key(subject, make=False), bytes(sealed), context=_place(subject, context))


def decrypt_each(subject: UUID, parts: Iterable[tuple[bytes, str]]) -> list[bytes]:
    """Return what was sealed for one subject in several places, given as (sealed, context).

    The key is asked for once. Raises as ``decrypt`` does.
    """
    parts = list(parts)
    if not parts:
        return []
    key = _key(subject, make=False)
    return [unseal(key, bytes(part), context=_place(subject, place)) for part, place in parts]


@transaction.atomic
def destroy(subject: UUID, *, at: datetime) -> bool:
    """Destroy the subject's key for good, leaving a tombstone; return whether there was one.

    A subject without a key gets a tombstone too, so that nothing is sealed for them later on.
    """
    _org()
    SubjectKey.objects.bulk_create(
        [SubjectKey(subject_id=subject, destroyed_at=at)], ignore_conflicts=True
    )
    live = SubjectKey.objects.filter(subject_id=subject, destroyed_at=None)
    return bool(live.update(wrapped_key=None, key_id="", destroyed_at=at))


def wrapping_context(org_id: UUID, subject: UUID) -> str:
    """Return what a subject's wrapped key is bound to."""
    return f"subject_key/{org_id}/{subject}"


def _key(subject: UUID, *, make: bool) -> bytes:
    """Return the subject's data key; of two that make it at once, the first wins."""
    context = wrapping_context(_org(), subject)
    row = SubjectKey.objects.filter(subject_id=subject).first()
    if row is None:
        if not make:
            raise UnknownSubject(f"Nothing is sealed for {subject} here. Check the id.")
        key_id, wrapped = provider(_org()).wrap(token_bytes(32), context=context)
        fresh = SubjectKey(subject_id=subject, key_id=key_id, wrapped_key=wrapped)
        SubjectKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = SubjectKey.objects.get(subject_id=subject)
    if row.wrapped_key is None:
        raise SubjectErased(
            f"What was kept of {subject} was erased on {row.destroyed_at:%Y-%m-%d}. "
            "It can't be read or added to.",
            subject=str(subject),
        )
    return provider(_org()).unwrap(row.key_id, bytes(row.wrapped_key), context=context)


def _org() -> UUID:
    org_id = current_org()
    if org_id is None:
        raise NoOrganisation("Keys belong to an organisation. Open tenant_atomic first.")
    return org_id


def _place(subject: UUID, context: str) -> str:
    return f"{_org()}/{subject}/{context}"
