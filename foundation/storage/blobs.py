"""Where sealed bytes lie: an interface, and the local directory that serves it by default."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from foundation.owner import hand_over, make_private


class BlobStore(Protocol):
    """Named, immutable blobs. A name is letters, digits, ``-`` and ``/`` of our own making."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a blob whole or not at all; a second write of a name replaces the first."""
        ...

    def read(self, name: str) -> BinaryIO:
        """Return the blob as an open file that can seek. Raises FileNotFoundError."""
        ...

    def remove(self, name: str) -> None:
        """Remove the blob, if it is there."""
        ...


class LocalDirectory:
    """Blobs as files below one directory, readable by their owner alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write beside the place, sync, and move there in one step."""
        path = self.root / name
        make_private(path.parent)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            hand_over(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def read(self, name: str) -> BinaryIO:
        """Open the file."""
        return (self.root / name).open("rb")

    def remove(self, name: str) -> None:
        """Unlink the file."""
        (self.root / name).unlink(missing_ok=True)
