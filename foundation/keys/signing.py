"""Ed25519 keys that sign; the public ones of all that ever signed stay."""

from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from foundation.keys.providers import FileKeys
from foundation.owner import hand_over


class SigningKeys:
    """Private keys as files of their owner alone; the newest signs."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._secrets = FileKeys(directory)

    def current(self) -> Ed25519PrivateKey:
        """Return the key that signs now, making the first one when there is none."""
        key_id = self._secrets.current()
        key = self._key(key_id)
        self._publish(key_id, key)
        return key

    def public(self) -> list[bytes]:
        """Return the public keys of all that ever signed, oldest first."""
        paths = sorted(self._directory.glob("*.pub"))
        return [bytes.fromhex(path.read_text(encoding="ascii")) for path in paths]

    def rotate(self) -> None:
        """Sign with a new key from now on and destroy the old ones; what they signed stays good."""
        self.current()
        self._secrets.rotate()
        self.current()
        for key_id in self._secrets.older():
            self._secrets.retire(key_id)

    def _key(self, key_id: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._secrets.material(key_id))

    def _publish(self, key_id: str, key: Ed25519PrivateKey) -> None:
        path = self._directory / f"{key_id}.pub"
        if not path.exists():
            draft = path.with_suffix(f".{token_hex(8)}")
            draft.write_text(key.public_key().public_bytes_raw().hex() + "\n", encoding="ascii")
            hand_over(draft)
            draft.replace(path)


def signing_keys() -> SigningKeys:
    """Return the signing keys of this installation."""
    return SigningKeys(settings.KEY_DIR / "signing")
