"""Where the key-encryption keys live: an interface, and the provider that keeps them in files."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Protocol
from uuid import UUID

from foundation.keys.sealing import seal, unseal
from foundation.owner import hand_over, make_private
from kernel.errors import DomainError

SHARED, OWN = "kek", "org"
_DESTROYED = "destroyed"


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

    The newest name wraps; older ones still unwrap, until they are retired. Names begin with
    ``prefix``; with ``unlike`` none is ever made twice, so that a lost key is never taken for a new
    one.
    """

    def __init__(self, directory: Path, prefix: str = SHARED, *, unlike: bool = False) -> None:
        self.directory, self.prefix, self.unlike = directory, prefix, unlike

    def wrap(self, data_key: bytes, *, context: str) -> tuple[str, bytes]:
        """Wrap under the newest key, making the first one when there is none."""
        key_id = self.current()
        return key_id, seal(self.material(key_id), data_key, context=context)

    def unwrap(self, key_id: str, wrapped: bytes, *, context: str) -> bytes:
        """Return the data key that ``key_id`` wrapped for ``context``."""
        return unseal(self.material(key_id), wrapped, context=context)

    def current(self) -> str:
        """Return the id of the key that wraps now. Raises KeyUnavailable once all are destroyed."""
        ids = self.all()
        if not ids and self.destroyed:
            raise KeyUnavailable(
                "The keys were destroyed for good: nothing they sealed can be read, and nothing "
                "can be sealed."
            )
        return ids[-1] if ids else self._add(1)

    @property
    def destroyed(self) -> bool:
        """Whether all keys were destroyed for good."""
        return (self.directory / _DESTROYED).exists()

    def all(self) -> list[str]:
        """Return the ids of all keys, oldest first."""
        return sorted(path.stem for path in self.directory.glob(f"{self.prefix}-*.key"))

    def older(self) -> list[str]:
        """Return the ids of the keys that only unwrap."""
        return self.all()[:-1]

    def rotate(self) -> str:
        """Make a new key that wraps from now on; return its id. Rewrap, then retire the old."""
        return self._add(_number(self.current()) + 1)

    def retire(self, key_id: str) -> None:
        """Destroy an old key for good: what it still wraps can never be read again."""
        if key_id == self.current():
            raise KeyUnavailable(f"{key_id} is in use. Rotate and rewrap first.", key=key_id)
        self._path(key_id).unlink(missing_ok=True)

    def destroy(self) -> int:
        """Destroy all keys for good and return how many there were; none is made again."""
        with self._alone():
            (self.directory / _DESTROYED).touch(mode=0o600)
            gone = self.all()
            for key_id in gone:
                self._path(key_id).unlink()
        return len(gone)

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

    def _add(self, number: int) -> str:
        """Make key ``number`` whole or not at all; of two makers the second takes the first's."""
        with self._alone():
            made = [key_id for key_id in self.all() if _number(key_id) == number]
            if made:
                return made[0]
            key_id = f"{self.prefix}-{number:06d}"
            key_id += f"-{secrets.token_hex(4)}" if self.unlike else ""
            draft = self.directory / f".{key_id}.{secrets.token_hex(8)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            hand_over(draft)
            draft.rename(self._path(key_id))
            return key_id

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Make the directory, and let nobody else make or destroy keys in it meanwhile."""
        make_private(self.directory)
        held = os.open(self.directory, os.O_RDONLY)
        try:
            flock(held, LOCK_EX)
            yield
        finally:
            os.close(held)

    def _path(self, key_id: str) -> Path:
        return self.directory / f"{key_id}.key"


class OrganisationKeys:
    """The keys of one organisation alone; the one all shared before only unwraps."""

    def __init__(self, directory: Path, org_id: UUID) -> None:
        self.own = FileKeys(directory / "organisations" / str(org_id), OWN, unlike=True)
        self.shared = FileKeys(directory)

    def wrap(self, data_key: bytes, *, context: str) -> tuple[str, bytes]:
        """Wrap under the organisation's newest key, making the first one when there is none."""
        return self.own.wrap(data_key, context=context)

    def unwrap(self, key_id: str, wrapped: bytes, *, context: str) -> bytes:
        """Return the data key. Raises KeyUnavailable or NotReadable."""
        keys = self.shared if key_id.startswith(f"{SHARED}-") else self.own
        return keys.unwrap(key_id, wrapped, context=context)


def _number(key_id: str) -> int:
    return int(key_id.split("-")[1])
