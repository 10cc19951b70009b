"""An Avails file, read in the confined child and checked."""

import tempfile
from pathlib import Path

from integrations.avails.lines import AvailsFile
from integrations.files import reading
from integrations.files.contract import UnreadableFile


def open_avails(path: Path) -> AvailsFile:
    """Return a file's offers and all that is wrong with it. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory(prefix="avails-") as folder:
        return AvailsFile.of(reading.read_avails(path, folder=Path(folder)))


def read(path: Path) -> AvailsFile:
    """Return the same, read in this process: the child's part of ``open_avails``."""
    from integrations.avails import documents, rules, sheets

    with path.open("rb") as source:
        head = source.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK"):
        file = sheets.read(path)
    elif head.startswith(b"<"):
        file = documents.read(path)
    else:
        raise UnreadableFile("The file is no Avails: an XLSX workbook or an XML document is read.")
    rules.check(file)
    return file
