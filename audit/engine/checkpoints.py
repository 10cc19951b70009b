"""Signed checkpoints: how many events an organisation has, and the hash of the last."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.engine.verify_audit import CHECKPOINT_DOMAIN, canonical


def moment(at: datetime) -> str:
    """Return ``at`` in UTC with microseconds, the one way times are hashed."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of one chain; ``number`` counts the organisation's checkpoints from 1."""

    org: UUID
    number: int
    size: int
    head: bytes
    at: datetime

    def body(self) -> dict[str, Any]:
        """Return the content that is signed, ready for JSON."""
        return {
            "org": str(self.org),
            "number": self.number,
            "size": self.size,
            "head": self.head.hex(),
            "at": moment(self.at),
        }

    def sign(self, key: Ed25519PrivateKey) -> dict[str, Any]:
        """Return the checkpoint document: the body and its signature in hexadecimal."""
        body = self.body()
        signature = key.sign(CHECKPOINT_DOMAIN + canonical(body))
        return {"body": body, "signature": signature.hex()}
