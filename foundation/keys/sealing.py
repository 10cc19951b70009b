"""AES-256-GCM under one key: what is sealed opens only with its key and its context."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import DomainError

VERSION = b"\x01"
_NONCE = 12


class NotReadable(DomainError):
    """A sealed value was changed, or belongs to another key or context."""

    code = "not_readable"
    status = 500


def seal(key: bytes, plaintext: bytes, *, context: str) -> bytes:
    """Return version, nonce and ciphertext of ``plaintext`` under the 32-byte ``key``."""
    nonce = secrets.token_bytes(_NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def unseal(key: bytes, sealed: bytes, *, context: str) -> bytes:
    """Return what ``seal`` was given. Raises NotReadable."""
    if sealed[:1] != VERSION or len(sealed) < 1 + _NONCE + 16:
        raise NotReadable("The sealed value has no known form. Restore it from a backup.")
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
    except InvalidTag:
        raise NotReadable(
            "The sealed value was changed or belongs elsewhere. Restore it from a backup."
        ) from None
