"""A kept file as the answer to a request."""

from django.http import FileResponse

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
