"""One way to write data as bytes, so that the same data has the same hash for ever."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return canonical JSON: keys sorted, no spaces, UTF-8. No floats: amounts are text."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical JSON, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()
