"""manage.py venue_token LOC:CODE --org SLUG: a token for the screens of a venue."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit import actors
from foundation.commands import TenantCommand
from territories.services import venues


class Command(TenantCommand):
    """Exit codes: 0 made; 1 no such venue, or too many days; 2 wrong usage."""

    help = "Make a signed token that says a screen stands in a venue."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the venue and for how long."""
        parser.add_argument("venue", metavar="LOC:CODE")
        parser.add_argument("--days", type=int, default=30, help="for how many days; 30")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Make it; it is recorded."""
        now = timezone.now()
        token, last = venues.token(
            code=options["venue"],
            last=now.date() + timedelta(days=options["days"] - 1),
            actor=actors.command("venue_token"),
            at=now,
        )
        if options["json"]:
            self.say({"token": token, "last": last.isoformat()})
        else:
            self.stdout.write(token)
