"""manage.py add_organisation SLUG --name NAME: found an organisation."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from accounts.services import organisations
from audit.actors import command
from foundation.commands import DomainCommand
from foundation.enters import Enters


class Command(DomainCommand):
    """Exit codes: 0 founded; 1 the slug is taken, or a value is no such thing; 2 wrong usage."""

    enters = Enters.ONE
    help = "Found an organisation; add its first administrator with add_person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the slug, the name, and what its money and days are in."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--name", required=True)
        parser.add_argument("--currency", default="USD", help="ISO 4217 (default: USD)")
        parser.add_argument("--zone", default="UTC", help="time zone (default: UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found it and say what comes next."""
        org = organisations.found(
            slug=options["slug"],
            name=options["name"],
            currency=options["currency"],
            zone=options["zone"],
            by=command("add_organisation"),
            at=timezone.now(),
        )
        self.stdout.write(
            f"{org.name} is founded. Next: manage.py add_person EMAIL --org {org.slug} "
            "--role administrator"
        )
