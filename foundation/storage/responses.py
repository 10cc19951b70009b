"""Files as answers to requests: kept ones, and those that are made for the answer."""

from django.http import FileResponse, HttpRequest, HttpResponse

from foundation.models.files import StoredFile
from foundation.storage import ranges
from foundation.storage.services import open_file


def sent(
    stored: StoredFile,
    *,
    name: str = "",
    media_type: str = "",
    in_place: bool = False,
    part: ranges.Part | None = None,
) -> FileResponse:
    """Return a file's content, to be kept by whoever asks or shown ``in_place``.

    ``name`` and ``media_type`` are its own where they aren't given; ``part`` is sent alone (206).
    Raises FileDestroyed.
    """
    first, length = (part.first, part.length) if part else (0, stored.size)
    answer = FileResponse(
        open_file(stored, first=first, length=part.length if part else None),
        as_attachment=not in_place,
        filename=name or stored.name,
        content_type=media_type or stored.media_type,
    )
    answer["Content-Length"] = str(length)
    if part:
        answer.status_code, answer["Content-Range"] = 206, str(part)
    return answer


def in_parts(
    request: HttpRequest, stored: StoredFile, *, media_type: str = "", in_place: bool = False
) -> FileResponse:
    """Return a file's content, or the one range of it that the request asks for.

    Raises FileDestroyed, NoSuchRange.
    """
    tag = f'"{stored.sha256}"'
    part = None
    if request.method == "GET":
        wanted, since = request.headers.get("Range", ""), request.headers.get("If-Range", "")
        part = ranges.asked(wanted, size=stored.size, tag=tag, if_range=since)
    answer = sent(stored, media_type=media_type, in_place=in_place, part=part)
    answer["Accept-Ranges"], answer["ETag"] = "bytes", tag
    return answer


def attached(content: bytes | str, *, name: str, media_type: str) -> HttpResponse:
    """Return content as a file called ``name``, to be kept by whoever asks."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
