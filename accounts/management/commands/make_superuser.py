"""manage.py make_superuser [EMAIL] --org SLUG [--role ROLE] [--end]: who reads ``/admin/``."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.services import operators
from audit.actors import command
from foundation.commands import TenantCommand


class Command(TenantCommand):
    """Exit codes: 0 made or ended; 1 it can't be, and why; 2 wrong usage."""

    help = "Make somebody an operator, who may read the operations site with a second factor."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the address (asked for where it is missing), and how to invite somebody new."""
        parser.add_argument("email", metavar="EMAIL", nargs="?", default="")
        parser.add_argument("--role", default="", help="for who has no role here yet: ops, …")
        parser.add_argument("--name", default="", help="how a new person is shown")
        parser.add_argument("--reason", default="", help="kept in the audit trail")
        parser.add_argument("--end", action="store_true", help="end it instead")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Make or end an operator and say what comes next."""
        email = options["email"] or self._asked()
        deed = {"by": command("make_superuser"), "at": timezone.now(), "reason": options["reason"]}
        if options["end"]:
            user = operators.end(email=email, **deed)
        else:
            user = operators.make(email=email, name=options["name"], role=options["role"], **deed)
        if options["json"]:
            self.say({"person": str(user.pk), "email": user.email, "operator": user.is_superuser})
        elif options["end"]:
            self.stdout.write(f"{user.email} is no operator any more, from the next request on.")
        else:
            self.stdout.write(self._next(user.email))

    def _asked(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Name the person: make_superuser EMAIL --org SLUG.", returncode=2)
        return input("E-mail address: ").strip()

    def _next(self, email: str) -> str:
        base = settings.BASE_URL
        return (
            f"{email} is an operator. No password was set. Next:\n"
            f"1. Sign in by a mailed code: {base}{reverse('account_request_login_code')}\n"
            f"2. Set up a second factor, if there is none: {base}{reverse('mfa_index')}\n"
            f"3. Open {base}{reverse('admin:index')}: closed without the second factor.\n"
            "End it with --end."
        )
