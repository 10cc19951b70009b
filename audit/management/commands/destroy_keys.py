"""manage.py destroy_keys --org SLUG --confirm SLUG: what it sealed is unreadable for good."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.actors import command
from audit.services import keys
from foundation.commands import DomainCommand
from foundation.enters import Enters


class Command(DomainCommand):
    """Exit codes: 0 destroyed; 1 there are no keys; 2 not confirmed. There is no way back."""

    enters = Enters.ONE
    help = "Destroy an organisation's wrapping keys for good: all it sealed becomes unreadable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the organisation, twice."""
        parser.add_argument("--org", required=True, metavar="SLUG")
        parser.add_argument("--confirm", default="", metavar="SLUG", help="the same slug again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Destroy them, if it was confirmed."""
        if options["confirm"] != options["org"]:
            raise CommandError(
                f"Nothing was destroyed. Confirm with --confirm {options['org']}.", returncode=2
            )
        org = import_string(settings.TENANT_BY_SLUG)(options["org"])
        gone = keys.destroy(org.id, by=command("destroy_keys"), at=timezone.now())
        self.say({"organisation": str(org.id), "destroyed": gone})
