"""Take a large file in pieces: each with its place and its hash, so that it can be gone on with.

Pieces are kept sealed and live two days; what isn't taken as a file by then is given up.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from audit.actors import Actor
from foundation import storage
from foundation.tenancy import tenant_atomic
from integrations.files.limits import FILE_BYTES
from integrations.models import Upload, UploadPiece
from kernel.errors import DomainError

PIECE = 2 << 20
KEPT = timedelta(days=2)
# What an organisation may have under way at once.
AT_ONCE, BYTES_AT_ONCE = 20, 8 << 30
_HASH = re.compile("[0-9a-f]{64}")
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('uploads'), hashtext(current_setting('app.org')))"


class TooLarge(DomainError):
    """A file, or a piece of one, beyond what is taken."""

    code = "too_large"
    status = 413


class QuotaUsed(DomainError):
    """The organisation has as much under way as it may."""

    code = "upload_quota_used"
    status = 409


class NoUpload(DomainError):
    """No such upload of this person; it may have been given up."""

    code = "no_upload"
    status = 404


class WrongPlace(DomainError):
    """A piece that doesn't follow what is here; ``extra`` says where to go on."""

    code = "upload_wrong_place"
    status = 409


class BrokenPiece(DomainError):
    """A piece that isn't what its hash says, or is no piece."""

    code = "upload_broken_piece"
    status = 422


@transaction.atomic
def begin(
    *, name: str, size: int, by: Actor, at: datetime, head: str = "", sha256: str = ""
) -> Upload:
    """Begin an upload, or return the one that this person or program began with the same file.

    ``head`` is the SHA-256 of its first piece, ``sha256`` that of the whole file, in lower hex; one
    of them is needed: with name and size it tells the file again after a reload. Raises TooLarge,
    BrokenPiece and QuotaUsed.
    """
    if size > FILE_BYTES:
        raise TooLarge(f"The file is larger than {FILE_BYTES >> 30} GiB. Split it.")
    if size < 1 or not _HASH.fullmatch(sha256 or head):
        raise BrokenPiece("An upload has a size above zero and the SHA-256 of its first piece.")
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    living = Upload.objects.filter(begun_at__gt=at - KEPT)
    same = living.filter(name=name[:255], size=size, head=head, sha256=sha256, begun_by=by.actor_id)
    if found := same.order_by("-begun_at").first():
        return found
    used = living.aggregate(n=Count("pk"), b=Sum("size"))
    if used["n"] >= AT_ONCE or (used["b"] or 0) + size > BYTES_AT_ONCE:
        raise QuotaUsed(
            f"Your organisation has {used['n']} uploads under way, which is all it may have. "
            "Finish or cancel one of them; what isn't finished within two days is given up."
        )
    row = Upload(
        name=name[:255],
        size=size,
        head=head,
        sha256=sha256,
        begun_by=by.actor_id,
        begun_at=at,
        updated_at=at,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def take(
    *, upload_id: UUID, offset: int, content: bytes, digest: str, by: Actor, at: datetime
) -> Upload:
    """Keep the next piece. A piece that is here already is no mistake: the answer is as before.

    Raises NoUpload, WrongPlace, BrokenPiece and TooLarge.
    """
    row = _own(upload_id, by, lock=True)
    if len(content) > PIECE:
        raise TooLarge(f"A piece has at most {PIECE} bytes.")
    if not content or hashlib.sha256(content).hexdigest() != digest.lower():
        raise BrokenPiece("The piece isn't what its hash says. Send it again.", offset=row.taken)
    if offset + len(content) <= row.taken and row.pieces.filter(offset=offset).exists():
        return row
    if offset != row.taken or offset + len(content) > row.size:
        raise WrongPlace(f"Go on at byte {row.taken}.", offset=row.taken)
    kept = storage.put(
        content,
        name=f"piece of {row.name}"[:255],
        media_type="application/octet-stream",
        retain_until=(at + KEPT).date(),
        at=at,
    )
    UploadPiece(upload=row, file=kept, offset=offset).save(force_insert=True)
    row.taken, row.updated_at = offset + len(content), at
    row.save(update_fields=["taken", "updated_at"])
    return row


@contextmanager
def whole(upload_id: UUID, by: Actor) -> Iterator[tuple[Path, str]]:
    """Yield a whole upload's content as a file, and its name.

    Raises NoUpload and WrongPlace; BrokenPiece where it isn't what its SHA-256 said.
    """
    row = _own(upload_id, by)
    if not row.whole:
        raise WrongPlace(f"{row.name} isn't whole: go on at byte {row.taken}.", offset=row.taken)
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for piece in row.pieces.select_related("file").order_by("offset").iterator():
                with storage.open(piece.file) as opened:
                    shutil.copyfileobj(opened, target, 1 << 20)
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest() if row.sha256 else ""
        if found != row.sha256:
            raise BrokenPiece(
                f"{row.name} isn't the file that its SHA-256 told of: this one has {found}. Give "
                "the upload up, and begin again with the hash of the file that you send."
            )
        yield path, row.name


@transaction.atomic
def drop(*, upload_id: UUID, by: Actor) -> None:
    """Give an upload up; its pieces are destroyed when their two days are over."""
    _own(upload_id, by, lock=True).delete()


def found(upload_id: UUID, by: Actor) -> Upload:
    """Return somebody's own upload. Raises NoUpload."""
    return _own(upload_id, by)


def forget(org_id: UUID, *, at: datetime) -> int:
    """Give up what was begun two days ago or earlier; return how many uploads that were."""
    with tenant_atomic(org_id):
        old = Upload.objects.filter(begun_at__lte=at - KEPT)
        ids = list(old.values_list("pk", flat=True))
        old.filter(pk__in=ids).delete()
    return len(ids)


def _own(upload_id: UUID, by: Actor, *, lock: bool = False) -> Upload:
    rows = Upload.objects.filter(pk=upload_id, begun_by=by.actor_id)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NoUpload("There is no such upload of yours. It may have been given up: begin again.")
    return row
