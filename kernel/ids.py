"""Keys: UUID version 7 (RFC 9562), so that new rows land together at the end of an index."""

import secrets
import time
import uuid
from contextlib import suppress


def uuid7(at_ms: int | None = None) -> uuid.UUID:
    """Return a new UUIDv7 for the Unix time ``at_ms`` in milliseconds (default: now)."""
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    value = (ms & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def key_of(text: str) -> uuid.UUID | None:
    """Return the key that a text is, None for any other text."""
    with suppress(ValueError):
        return uuid.UUID(text)
    return None
