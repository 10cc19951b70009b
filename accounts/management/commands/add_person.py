"""manage.py add_person EMAIL --org SLUG --role ROLE: invite somebody, the first ones above all."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from accounts.services import people
from audit.actors import command
from foundation.commands import TenantCommand


class Command(TenantCommand):
    """Exit codes: 0 invited; 1 no such role, or they have it already; 2 wrong usage."""

    help = "Give somebody a role and mail them how to sign in."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the address, the name and the role."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, help="administrator, legal, …")
        parser.add_argument("--name", default="", help="how they are shown")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Invite them."""
        user = people.invite(
            email=options["email"],
            name=options["name"],
            role=options["role"],
            by=command("add_person"),
            at=timezone.now(),
        )
        if options["json"]:
            self.say({"person": str(user.pk), "email": user.email, "organisation": org.slug})
            return
        self.stdout.write(f"{user.email} is invited to {org.name}; the mail says how to sign in.")
