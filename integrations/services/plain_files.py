"""A sealed file in the open for as long as something reads it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from foundation import storage

if TYPE_CHECKING:
    from foundation.models import StoredFile


@contextmanager
def plain_file(stored: "StoredFile") -> Iterator[Path]:
    """Yield the path of a stored file's content; its private directory goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "file"
        with storage.open(stored) as sealed, path.open("wb") as plain:
            shutil.copyfileobj(sealed, plain, 1 << 20)
        yield path
