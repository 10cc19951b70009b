"""manage.py api_client --org SLUG --name NAME --scopes CODE…: make a client of the API.

With --rotate CLIENT_ID it gets a new secret, with --networks CLIENT_ID CIDR… an allow-list.
"""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.selectors import clients as known
from accounts.services import clients
from audit.actors import command
from foundation.commands import TenantCommand


class Command(TenantCommand):
    """Exit codes: 0 made; 1 a scope that doesn't exist or is for people alone; 2 wrong usage."""

    help = "Make a client of the API for one organisation; its secret is shown this once."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the client's name and its permission codes."""
        parser.add_argument("--name", help="what the program is called")
        parser.add_argument("--scopes", nargs="+", metavar="CODE", help="what it may do")
        parser.add_argument("--rotate", metavar="CLIENT_ID", help="give it a new secret")
        parser.add_argument(
            "--overlap", type=int, default=7, metavar="DAYS", help="how long the former one works"
        )
        parser.add_argument(
            "--networks",
            nargs="+",
            metavar=("CLIENT_ID", "CIDR"),
            help="where its tokens may be used from; no CIDR: anywhere",
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Make it, or change it; show its secret."""
        by, now = command("api_client"), timezone.now()
        if options["networks"]:
            named, *networks = options["networks"]
            client = clients.allow_from(
                client_id=self.client(named), networks=networks, by=by, at=now
            )
            self.say({"client_id": named, "networks": client.networks})
            return
        if options["rotate"]:
            overlap = timedelta(days=options["overlap"])
            client_id = self.client(options["rotate"])
            made = clients.rotate(client_id=client_id, by=by, at=now, overlap=overlap)
        elif options["name"] and options["scopes"]:
            made = clients.make(name=options["name"], codes=options["scopes"], by=by, at=now)
        else:
            raise CommandError("Say --name and --scopes, or --rotate, or --networks.", returncode=2)
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

    def client(self, named: str) -> UUID:
        """Return a client's own key by its client_id. Raises ClientRefused."""
        found = known.by_client_id(named)
        if found is None:
            raise clients.ClientRefused(f"There is no client {named!r} here.")
        return found
