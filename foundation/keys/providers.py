"""Where the key-encryption keys live: an interface, and the provider that keeps them in files."""

import os
import secrets
from pathlib import Path
from typing import Protocol

from foundation.keys.sealing import seal, unseal
from kernel.errors import DomainError


class KeyUnavailable(DomainError):
    """A key that is needed is gone or can't be read."""

    code = "key_unavailable"
    status = 503


class KeyProvider(Protocol):
    """Wraps data keys under a key that never enters the database."""

    def wrap(self, data_key: bytes, *, context: str) -> tuple[str, bytes]:
        """Return the id of the key used and the wrapped data key, bound to ``context``."""
        ...

    def unwrap(self, key_id: str, wrapped: bytes, *, context: str) -> bytes:
        """Return the data key. Raises KeyUnavailable or NotReadable."""
        ...


class FileKeys:
    """Key-encryption keys as files of their own, readable by their owner alone.

    The newest name wraps; older ones still unwrap, until they are retired.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def wrap(self, data_key: bytes, *, context: str) -> tuple[str, bytes]:
        """Wrap under the newest key, making the first one when there is none."""
        key_id = self.current()
        return key_id, seal(self.material(key_id), data_key, context=context)

    def unwrap(self, key_id: str, wrapped: bytes, *, context: str) -> bytes:
        """Return the data key that ``key_id`` wrapped for ``context``."""
        return unseal(self.material(key_id), wrapped, context=context)

    def current(self) -> str:
        """Return the id of the key that wraps now."""
        return (self._ids() or [self._add(1)])[-1]

    def older(self) -> list[str]:
        """Return the ids of the keys that only unwrap."""
        return self._ids()[:-1]

    def rotate(self) -> str:
        """Make a new key that wraps from now on; return its id. Rewrap, then retire the old."""
        return self._add(int(self.current()[4:]) + 1)

    def retire(self, key_id: str) -> None:
        """Destroy an old key for good: what it still wraps can never be read again."""
        if key_id == self.current():
            raise KeyUnavailable(f"{key_id} is in use. Rotate and rewrap first.", key=key_id)
        self._path(key_id).unlink(missing_ok=True)

    def material(self, key_id: str) -> bytes:
        """Return the 32 bytes of a key. Raises KeyUnavailable."""
        path = self._path(key_id)
        try:
            mode = path.stat().st_mode
            key = path.read_bytes()
        except OSError:
            raise KeyUnavailable(
                f"The key {key_id} isn't in the key directory. Restore it from its backup.",
                key=key_id,
            ) from None
        if mode & 0o077:
            raise KeyUnavailable(f"Others may read {key_id}. Set its mode to 0600.", key=key_id)
        return key

    def _ids(self) -> list[str]:
        return sorted(path.stem for path in self.directory.glob("kek-*.key"))

    def _add(self, number: int) -> str:
        """Make key ``number`` whole or not at all; the first of two makers wins."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_id = f"kek-{number:06d}"
        draft = self.directory / f".{key_id}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._path(key_id))
        except FileExistsError:
            return key_id
        finally:
            draft.unlink()
        return key_id

    def _path(self, key_id: str) -> Path:
        return self.directory / f"{key_id}.key"
