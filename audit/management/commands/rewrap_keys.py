"""manage.py rewrap_keys [--org SLUG]: data keys under their organisation's newest wrapping key."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from audit.actors import command
from audit.services import keys
from foundation.commands import DomainCommand
from foundation.enters import Enters


class Command(DomainCommand):
    """Safe with the product running, safe to stop: run again, it goes on where it stopped.

    Run it once after an upgrade from the time when all organisations shared one key.
    """

    enters = Enters.EACH
    help = "Wrap data keys under their organisation's own newest key; makes no new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --org."""
        parser.add_argument("--org", metavar="SLUG", help="one organisation (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrap each organisation and tell how many keys were wrapped anew."""
        by, now = command("rewrap_keys"), timezone.now()
        listed = keys.organisations(options["org"])
        done = {str(org_id): keys.rewrap(org_id, by=by, at=now) for org_id in listed}
        self.say({"rewrapped": sum(done.values()), "organisations": done})
