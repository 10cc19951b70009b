"""manage.py rotate_keys [--org SLUG]: new wrapping keys, data keys wrapped anew, old ones gone."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from audit.actors import command
from audit.services import keys
from foundation.commands import DomainCommand
from foundation.enters import Enters
from foundation.keys import rotation
from foundation.keys.signing import signing_keys


class Command(DomainCommand):
    """Run it once with the product running; again, with --retire, once backups were renewed."""

    enters = Enters.EACH
    help = "Make each organisation a new wrapping key and wrap its data keys under it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --org, --signing and --retire."""
        parser.add_argument("--org", metavar="SLUG", help="one organisation (default: all)")
        parser.add_argument(
            "--signing", action="store_true", help="only make a new key for signing checkpoints"
        )
        parser.add_argument(
            "--retire",
            action="store_true",
            help="make no new keys; destroy old ones that wrap nothing any more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and rewrap each organisation, or retire."""
        if options["signing"]:
            signing_keys().rotate()
            self.say({"signing": [key.hex() for key in signing_keys().public()]})
            return
        by, at = command("rotate_keys"), timezone.now()
        organisations = keys.organisations(options["org"])
        rewrapped, retired = 0, list[str]()
        for org_id in organisations:
            if not options["retire"]:
                keys.rotate(org_id, by=by, at=at)
            rewrapped += keys.rewrap(org_id, by=by, at=at)
            if options["retire"]:
                retired += keys.retire(org_id, by=by, at=at)
        if options["retire"] and not options["org"]:
            retired += rotation.retire_shared(organisations)
        self.say({"rewrapped": rewrapped, "retired": retired})
