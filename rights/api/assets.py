"""Files of works, shown through the gate: a list, one of them, and its content."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse
from rest_framework.request import Request

from accounts.api.base import ApiView, ByDoor
from catalog.permissions import WORK_VIEW
from catalog.selectors import assets
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from foundation.storage import responses
from rights import door
from rights.content import right_of
from rights.door import AtTheGate, Content
from territories.venue_tokens import HEADER

KIND = schema.one_of(assets.KINDS)
ASSET = schema.record(
    "Asset",
    {
        "id": schema.UUID,
        "work": schema.UUID,
        "title": schema.text(500),
        "kind": KIND,
        "right": schema.text(40, description="The right under which it is shown here."),
        "media_type": schema.text(100),
        "size": schema.COUNT,
        "sha256": schema.SHA256,
        "created_at": schema.MOMENT,
    },
)
LISTING = Listing(
    sorts={"created_at": "created_at"},
    start="created_at",
    filters=(
        Filter("work", schema.UUID, lambda value: Q(work=value)),
        Filter("kind", KIND, lambda value: Q(kind=value)),
    ),
)
WHERE = (
    "What may not be shown where the request comes from today is left out: a page may have fewer "
    "rows than asked for, or none; `next` tells whether there is more."
)
BLOCKED = (
    "Where the request comes from is found out from its address, or from a signed "
    f"`{HEADER}` header, never from another header. Not available there: 451, with the reason's "
    'code, on whose behalf, and `Link: rel="blocked-by"`.'
)
IN_PARTS = (
    "`Range` with one range of bytes gives that part (206), with several the whole. `If-Range` "
    "with another ETag than the file's gives the whole."
)
# What browsers may show in place; the rest is only handed over.
IN_PLACE = (
    "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm",
    "image/gif", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/mpeg", "video/ogg",
    "video/quicktime", "video/webm",
)  # fmt: skip
OTHER = "application/octet-stream"
MEDIA = (*IN_PLACE, OTHER)


def shown(asset: Any) -> dict[str, Any]:
    """Return a file as the API tells it."""
    return {
        "id": str(asset.pk),
        "work": str(asset.work_id),
        "title": asset.work.title,
        "kind": asset.kind,
        "right": right_of(asset.work.kind),
        "media_type": asset.media_type,
        "size": asset.file.size,
        "sha256": asset.sha256,
        "created_at": written.moment(asset.created_at),
    }


def content_of(asset: Any) -> Content:
    """Return the work that a file shows, and the right under which it is shown."""
    return asset.work_id, right_of(asset.work.kind)


class Assets(ApiView):
    """The files that are available here."""

    group = "Files of works"
    permission = WORK_VIEW

    @operation(
        "List the files of works that are available where the request comes from",
        gives=schema.page_of(ASSET),
        query=LISTING.query,
        description=WHERE,
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them; the gate decides about a page at once."""

        def told(rows: Sequence[Any]) -> list[dict[str, Any]]:
            available = door.of(request._request).open_to(map(content_of, rows))
            return [shown(row) for row in rows if content_of(row) in available]

        return self.page(LISTING, self.rows(assets.with_works()), told)


class OneAsset(ApiView):
    """A file that is available here."""

    group = "Files of works"
    permission = WORK_VIEW
    permission_classes = (ByDoor, AtTheGate)

    @cached_property
    def asset(self) -> Any:
        """The file, within reach."""
        return self.one(assets.with_works(), self.kwargs["pk"])

    def content(self, pk: UUID) -> Content:
        """Return what it shows."""
        return content_of(self.asset)


class Detail(OneAsset):
    """What is known of a file."""

    @operation(
        "Read what is known of a file",
        gives=ASSET,
        tagged=True,
        description=BLOCKED,
        refuses=(451,),
    )
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.asset)


class Preview(OneAsset):
    """A file's content."""

    @operation(
        "Stream a file's content",
        media=MEDIA,
        description=f"{BLOCKED} {IN_PARTS}",
        also={206: "The range that was asked for; Content-Range says which."},
        refuses=(416, 451),
    )
    def get(self, request: Request, pk: UUID) -> FileResponse:
        """Stream it, or a range of it. Raises FileDestroyed, NoSuchRange."""
        media_type = self.asset.media_type
        in_place = media_type in IN_PLACE
        kind = media_type if in_place else OTHER
        file = self.asset.file
        return responses.in_parts(request._request, file, media_type=kind, in_place=in_place)
