"""Which bytes of a file a request asks for (RFC 9110, section 14): one range, or the whole."""

import re
from dataclasses import dataclass

from kernel.errors import DomainError

_ONE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.IGNORECASE | re.ASCII)


class NoSuchRange(DomainError):
    """A range that begins after the file's end."""

    code = "range_not_satisfiable"
    status = 416

    def __init__(self, size: int) -> None:
        super().__init__(f"The file has {size} bytes; the range asked for has none of them.")
        self.headers = {"Content-Range": f"bytes */{size}"}


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from ``first`` to ``last``, both included, of a file of ``size`` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


def asked(header: str, *, size: int, tag: str, if_range: str = "") -> Part | None:
    """Return the part of a file that a ``Range`` header asks for; None is the whole.

    The whole is sent where the header is none that we know, has several ranges, or ``if_range``
    isn't the file's ``tag`` (a strong one; dates never match). Raises NoSuchRange.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or (if_range and if_range.strip() != tag):
        return None
    first, last = found.groups()
    if not first:
        return _ending(last, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NoSuchRange(size)
    return Part(int(first), min(int(last), size - 1) if last else size - 1, size)


def _ending(count: str, size: int) -> Part | None:
    """Return the last bytes of a file."""
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise NoSuchRange(size)
    return Part(max(0, size - int(count)), size - 1, size)
