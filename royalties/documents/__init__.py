"""A statement as a file: JSON, CSV, XLSX and PDF, all of the same frozen figures."""

from royalties.documents.files import (
    FORMATS,
    INLINE_ROWS,
    Format,
    UnknownFormat,
    file_name,
    made_at_once,
    media_type,
    write,
)

__all__ = [
    "FORMATS",
    "INLINE_ROWS",
    "Format",
    "UnknownFormat",
    "file_name",
    "made_at_once",
    "media_type",
    "write",
]
