"""Uploads: a large file in parts, gone on with after a break, then taken as a sales file."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from foundation.api import schema, written
from foundation.api.listing import Listing
from foundation.api.operations import Parameter, Reply, operation
from integrations.api import sales_files
from integrations.files.limits import FILE_BYTES
from integrations.models import Upload
from integrations.permissions import IMPORT_RUN
from integrations.services import uploads

PART = "application/octet-stream"
SIZE = schema.whole(1, FILE_BYTES)
_EXAMPLE = {"name": "partner-2026-Q1.csv", "size": 734_003_200, "sha256": "0" * 64}
UPLOAD = schema.record(
    "Upload",
    {
        "id": schema.UUID,
        "name": schema.text(255),
        "size": SIZE,
        "sha256": {"type": "string", "pattern": "^([0-9a-f]{64})?$"},
        "offset": {**schema.COUNT, "description": "How many bytes are here: go on from there."},
        "part": {**schema.COUNT, "description": "How many bytes a part has at most."},
        "whole": schema.FLAG,
        "begun_at": schema.MOMENT,
        "expires_at": {**schema.MOMENT, "description": "Given up then, if it isn't finished."},
    },
    example={
        **_EXAMPLE,
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a15",
        "offset": 2_097_152,
        "part": uploads.PIECE,
        "whole": False,
        "begun_at": "2026-04-10T09:30:00Z",
        "expires_at": "2026-04-12T09:30:00Z",
    },
)
NEW = schema.record(
    "NewUpload",
    {"name": schema.text(255, least=1), "size": SIZE, "sha256": schema.SHA256},
    example=_EXAMPLE,
)
AS_SALES = schema.record(
    "FinishedUpload",
    sales_files.READ_AS,
    optional=sales_files.READ_AS,
    example={"profile": "kdp", "period": "2026-Q1"},
)
LISTING = Listing(sorts={"begun_at": "begun_at"}, start="-begun_at")


def shown(row: Upload) -> dict[str, Any]:
    """Return an upload as the API tells it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "offset": row.taken,
        "part": uploads.PIECE,
        "whole": row.whole,
        "begun_at": written.moment(row.begun_at),
        "expires_at": written.moment(row.begun_at + uploads.KEPT),
    }


def _listed(rows: Sequence[Upload]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class UploadView(ApiView):
    """A view of the caller's own uploads: nobody else's are there."""

    group = "Uploads"
    permission = IMPORT_RUN

    @property
    def mine(self) -> QuerySet[Upload]:
        """The caller's own."""
        return Upload.objects.filter(begun_by=self.actor.actor_id)


class Uploads(UploadView):
    """The caller's uploads under way."""

    @operation("List your uploads", gives=schema.page_of(UPLOAD), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.mine, _listed)

    @operation(
        "Begin an upload, or find the one of the same file",
        takes=NEW,
        gives=UPLOAD,
        status=201,
        tagged=True,
        also={200: "The same file is under way already: go on at its `offset`."},
        description="For files of any size that is taken. Send its parts next, then finish it.",
    )
    def post(self, request: Request) -> Reply:
        """Begin it, or tell how far it is."""
        at = timezone.now()
        row = uploads.begin(by=self.actor, at=at, **self.sent)
        status = 201 if row.begun_at == at else 200
        return Reply(shown(row), status=status, location=place("upload", pk=row.pk))


class OneUpload(UploadView):
    """One upload."""

    seen_with = IMPORT_RUN

    @operation("Read how far an upload is", gives=UPLOAD, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(uploads.found(pk, self.actor))

    @operation(
        "Send the next part of an upload",
        body=PART,
        most=uploads.PIECE,
        gives=UPLOAD,
        tagged=True,
        headers=(
            Parameter("Upload-Offset", schema.whole(0, FILE_BYTES), "Where it begins.", True),
            Parameter("Upload-Sha256", schema.SHA256, "The SHA-256 of the part.", True),
        ),
        description="The bytes are the body. A part that is here already changes nothing, so that "
        "a part whose answer got lost can be sent again. 409 `upload_wrong_place` tells the "
        "`offset` to go on from.",
    )
    def patch(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Keep it."""
        row = uploads.take(
            upload_id=pk,
            offset=self.asked["Upload-Offset"],
            content=self.sent,
            digest=self.asked["Upload-Sha256"],
            by=self.actor,
            at=timezone.now(),
        )
        return shown(row)

    @operation("Give an upload up", status=204)
    def delete(self, request: Request, pk: UUID) -> None:
        """Drop it with its parts."""
        uploads.drop(upload_id=pk, by=self.actor)


class Finish(UploadView):
    """Take a whole upload as a sales file."""

    seen_with = IMPORT_RUN

    @operation(
        "Take a whole upload as a sales file",
        takes=AS_SALES,
        gives=sales_files.WHOLE,
        status=201,
        also={200: "Its content came before: the first import is the answer."},
        description="The whole is held against the SHA-256 that the upload began with. The upload "
        "is gone then; ask for the check of the sales file next.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Put it together, hold it against its hash, keep it."""
        with uploads.whole(pk, self.actor) as (path, name):
            reply = sales_files.begun(path=path, name=name, sent=self.sent, by=self.actor)
        uploads.drop(upload_id=pk, by=self.actor)
        return reply
