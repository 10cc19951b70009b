"""manage.py demo_code EMAIL: the code that a demo account's authenticator shows now."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from accounts.services import people
from foundation.commands import DomainCommand
from foundation.enters import Enters


class Command(DomainCommand):
    """Exit codes: 0 printed; 1 this is no demo, or there is no such account; 2 wrong usage."""

    enters = Enters.ONE
    help = "Print a demo account's current code (only with MEDIATRACK_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account's address."""
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the six digits; each code works once, for at most thirty seconds."""
        self.stdout.write(people.code_now(email=options["email"], at=timezone.now()))
