"""Deeds on stored files."""

import io
import tempfile
from datetime import date, datetime
from hashlib import sha256
from secrets import token_bytes
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from foundation.keys.subjects import provider
from foundation.models.files import StoredFile
from foundation.storage.blobs import BlobStore, LocalDirectory
from foundation.storage.sealed import CHUNK, OpenedFile, sealed_chunks
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

_IN_MEMORY = 4 * CHUNK


class FileDestroyed(DomainError):
    """The file was destroyed when its time was over, or on request."""

    code = "file_destroyed"
    status = 410


def blobs() -> BlobStore:
    """Return the store of sealed bytes."""
    return LocalDirectory(settings.FILE_DIR)


def put(
    content: bytes | BinaryIO,
    *,
    name: str,
    media_type: str,
    retain_until: date | None = None,
    at: datetime | None = None,
) -> StoredFile:
    """Keep ``content`` for the current organisation and return its row.

    The same content again returns the row that is there, kept for the longer of both times (None
    is for good). ``name`` is for people alone: the store never uses it as a path.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as plain:
        digest, size = _copy(content, cast(BinaryIO, plain))
        plain.seek(0)
        fresh = StoredFile(
            sha256=digest,
            size=size,
            name=name[:255],
            media_type=media_type,
            retain_until=retain_until,
            created_at=at or timezone.now(),
        )
        same = StoredFile.objects.filter(sha256=digest, destroyed_at=None)
        if found := same.first():
            return _keep_longer(found, retain_until)
        try:
            with transaction.atomic():
                return _add(fresh, cast(BinaryIO, plain))
        except IntegrityError:
            if found := same.first():
                return _keep_longer(found, retain_until)
            raise


def open_file(stored: StoredFile, *, first: int = 0, length: int | None = None) -> BinaryIO:
    """Return the plain bytes as a binary file to read once. Raises FileDestroyed, NotReadable.

    ``length`` of them from ``first`` on; None is to the end.
    """
    if stored.wrapped_key is None:
        raise FileDestroyed(f"{stored.name} was destroyed on {stored.destroyed_at:%Y-%m-%d}.")
    wrapped, keys = bytes(stored.wrapped_key), provider(stored.org_id)
    key = keys.unwrap(stored.key_id, wrapped, context=_context(stored))
    sealed = blobs().read(_blob_name(stored.org_id, stored.id))
    opened = OpenedFile(key, sealed, file_id=str(stored.id), first=first, length=length)
    return cast(BinaryIO, io.BufferedReader(opened, CHUNK))


def destroy(*, file_id: UUID, at: datetime) -> None:
    """Destroy the key of a file for good, and its bytes when that is committed."""
    org_id = StoredFile.objects.values_list("org_id", flat=True).get(id=file_id)
    StoredFile.objects.filter(id=file_id, destroyed_at=None).update(
        destroyed_at=at, wrapped_key=None
    )
    transaction.on_commit(lambda: blobs().remove(_blob_name(org_id, file_id)))


def destroy_expired(*, at: datetime) -> int:
    """Destroy the files whose retention is over, in every organisation; return how many."""
    destroyed = 0
    for org_id in import_string(settings.TENANTS)():
        with tenant_atomic(org_id):
            due = StoredFile.objects.filter(retain_until__lt=at.date(), destroyed_at=None)
            for file_id in list(due.values_list("id", flat=True)):
                destroy(file_id=file_id, at=at)
                destroyed += 1
    return destroyed


def _copy(content: bytes | BinaryIO, into: BinaryIO) -> tuple[str, int]:
    """Copy ``content``; return its hash and its length in bytes."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    digest, size = sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        into.write(chunk)
    return digest.hexdigest(), size


def _add(stored: StoredFile, plain: BinaryIO) -> StoredFile:
    key = token_bytes(32)
    wrapped = provider(stored.org_id).wrap(key, context=_context(stored))
    stored.key_id, stored.wrapped_key = wrapped
    stored.save(force_insert=True)
    name = _blob_name(stored.org_id, stored.id)
    blobs().write(name, sealed_chunks(key, plain, file_id=str(stored.id)))
    return stored


def _keep_longer(stored: StoredFile, until: date | None) -> StoredFile:
    """Raise the day until which the file is kept, never lower it."""
    if stored.retain_until is not None and (until is None or until > stored.retain_until):
        stored.retain_until = until
        stored.save(update_fields=["retain_until"])
    return stored


def _context(stored: StoredFile) -> str:
    return f"stored_file/{stored.org_id}/{stored.id}"


def _blob_name(org_id: UUID, file_id: UUID) -> str:
    return f"{org_id}/{str(file_id)[-2:]}/{file_id}"
