"""manage.py signing_keys: the public keys that checkpoints and proof packs are signed with."""

from typing import Any

from django.core.management.base import BaseCommand

from foundation.enters import Enters
from foundation.keys.signing import signing_keys


class Command(BaseCommand):
    """Ed25519, in hexadecimal, one a line, the newest last; for ``royalties.verify --key``."""

    enters = Enters.NONE
    help = "Print this installation's public signing keys."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them; the first one is made where there is none."""
        signing_keys().current()
        for key in signing_keys().public():
            self.stdout.write(key.hex())
