"""Files as answers to requests: kept ones, and those that are made for the answer."""

from django.http import FileResponse, HttpResponse

from foundation.models.files import StoredFile
from foundation.storage.services import open_file


def sent(
    stored: StoredFile, *, name: str = "", media_type: str = "", in_place: bool = False
) -> FileResponse:
    """Return a file's content, to be kept by whoever asks or shown ``in_place``.

    ``name`` and ``media_type`` are its own where they aren't given. Raises FileDestroyed.
    """
    answer = FileResponse(
        open_file(stored),
        as_attachment=not in_place,
        filename=name or stored.name,
        content_type=media_type or stored.media_type,
    )
    answer["Content-Length"] = str(stored.size)
    return answer


def attached(content: bytes | str, *, name: str, media_type: str) -> HttpResponse:
    """Return content as a file called ``name``, to be kept by whoever asks."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
