"""manage.py api_client --org SLUG --name NAME --scopes CODE…: make a client of the API."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from accounts.services import clients
from audit.actors import command
from foundation.commands import TenantCommand


class Command(TenantCommand):
    """Exit codes: 0 made; 1 a scope that doesn't exist or is for people alone; 2 wrong usage."""

    help = "Make a client of the API for one organisation; its secret is shown this once."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the client's name and its permission codes."""
        parser.add_argument("--name", required=True, help="what the program is called")
        parser.add_argument(
            "--scopes", required=True, nargs="+", metavar="CODE", help="what it may do"
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Make it and show its secret."""
        made = clients.make(
            name=options["name"],
            codes=options["scopes"],
            by=command("api_client"),
            at=timezone.now(),
        )
        answer = {
            "client_id": made.client_id,
            "client_secret": made.secret,
            "scopes": list(made.client.codes),
            "organisation": org.slug,
        }
        if options["json"]:
            self.say(answer)
            return
        self.stdout.write(f"client_id      {made.client_id}")
        self.stdout.write(f"client_secret  {made.secret}   (shown this once)")
        self.stdout.write("For a token: POST /api/v1/oauth/token, grant_type=client_credentials")
