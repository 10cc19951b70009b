"""A stream sealed in chunks, so that a large file never lies in memory, nor open on a disk.

Chunk ``n`` is sealed to the file, to ``n``, and to whether it is the last one: chunks can't be
changed, moved, left out or cut off unseen.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

from foundation.keys.sealing import NotReadable, seal, unseal

CHUNK = 1 << 20
_OVERHEAD = 1 + 12 + 16


def _place(file_id: str, number: int, last: bool) -> str:
    return f"file/{file_id}/{number}/{'last' if last else 'more'}"


def sealed_chunks(key: bytes, plain: BinaryIO, *, file_id: str) -> Iterator[bytes]:
    """Yield the sealed form of ``plain``; an empty stream is one empty last chunk."""
    number, chunk = 0, plain.read(CHUNK)
    while True:
        following = plain.read(CHUNK) if len(chunk) == CHUNK else b""
        last = not following
        yield seal(key, chunk, context=_place(file_id, number, last))
        if last:
            return
        number, chunk = number + 1, following


class OpenedFile(io.RawIOBase):
    """The plain bytes of a sealed file, read forwards: all of them, or ``length`` from ``first``.

    ``first`` lies inside the file. Chunks before it aren't read.
    """

    def __init__(
        self,
        key: bytes,
        sealed: BinaryIO,
        *,
        file_id: str,
        first: int = 0,
        length: int | None = None,
    ) -> None:
        super().__init__()
        self._key, self._sealed, self._file_id = key, sealed, file_id
        self._number, self._skip = divmod(first, CHUNK)
        self._left, self._rest, self._ended = length, b"", False
        sealed.seek(self._number * (CHUNK + _OVERHEAD))
        self._ahead = sealed.read(CHUNK + _OVERHEAD)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` with the next bytes; 0 is the end. Raises NotReadable."""
        if self._left == 0:
            return 0
        while not self._rest and not self._ended:
            self._rest, self._skip = self._next_chunk()[self._skip :], 0
        size = min(len(buffer), len(self._rest))
        if self._left is not None:
            size = min(size, self._left)
            self._left -= size
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        """Close the sealed file too."""
        self._sealed.close()
        super().close()

    def _next_chunk(self) -> bytes:
        if not self._ahead:
            raise NotReadable("The stored file ends too early. Restore it from a backup.")
        now, self._ahead = self._ahead, self._sealed.read(CHUNK + _OVERHEAD)
        self._ended = not self._ahead
        context = _place(self._file_id, self._number, self._ended)
        self._number += 1
        return unseal(self._key, now, context=context)
