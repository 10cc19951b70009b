"""A statement as a file: JSON, CSV, XLSX and PDF of the same frozen figures, and their proof."""

from royalties.documents.files import (
    FORMATS,
    INLINE_ROWS,
    Format,
    UnknownFormat,
    each_at_once,
    file_name,
    label,
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
    "label",
    "each_at_once",
    "made_at_once",
    "media_type",
    "write",
]
