"""A statement's proof pack, signed with this installation's key."""

from typing import BinaryIO

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from foundation.keys.signing import signing_keys
from royalties.documents.asked import Asked
from royalties.engine import VERSION
from royalties.engine.proof import pack
from royalties.models import Statement
from royalties.selectors import proofs


def write(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    """Write the pack; NotTheSame where a stored result can't be reached again."""
    pack.write(
        file,
        statement=statement.content,
        sha=statement.sha256,
        engine=VERSION,
        parts=list(proofs.parts(statement)),
        sign=_sign,
        name=f"statement-{statement.number}-{statement.currency}.proof.zip",
    )


def _sign(message: bytes) -> tuple[str, str]:
    key = signing_keys().current()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return public.hex(), key.sign(message).hex()
