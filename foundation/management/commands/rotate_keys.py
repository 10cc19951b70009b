"""manage.py rotate_keys: a new wrapping key, everything wrapped anew, old keys retired."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.commands import DomainCommand
from foundation.keys import rotation
from foundation.keys.signing import signing_keys


class Command(DomainCommand):
    """Run it once with the product running; again, with --retire, once backups were renewed."""

    help = "Make a new wrapping key and wrap every data key under it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --signing, --rewrap-only and --retire."""
        parser.add_argument(
            "--signing", action="store_true", help="only make a new key for signing checkpoints"
        )
        parser.add_argument("--rewrap-only", action="store_true", help="make no new key")
        parser.add_argument(
            "--retire", action="store_true", help="destroy old keys that wrap nothing any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, rewrap each organisation, retire."""
        if options["signing"]:
            signing_keys().rotate()
            self.say({"signing": [key.hex() for key in signing_keys().public()]})
            return
        keys = rotation.file_keys()
        if not (options["rewrap_only"] or options["retire"]):
            keys.rotate()
        organisations = import_string(settings.TENANTS)()
        rewrapped = sum(rotation.rewrap(keys, org_id) for org_id in organisations)
        retired: list[str] = []
        for key_id in keys.older() if options["retire"] else []:
            if not any(rotation.still_under(org_id, key_id) for org_id in organisations):
                keys.retire(key_id)
                retired.append(key_id)
        self.say({"current": keys.current(), "rewrapped": rewrapped, "retired": retired})
