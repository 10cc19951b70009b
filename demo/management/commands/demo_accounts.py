"""manage.py demo_accounts: who can sign in to the demo, and how."""

from typing import Any

from django.conf import settings

from accounts.permissions import ROLES
from demo.content import organisations
from demo.services.loading import NoDemo
from foundation.commands import DomainCommand
from foundation.enters import Enters


class Command(DomainCommand):
    """Exit codes: 0 printed; 1 this is no demo; 2 wrong usage."""

    enters = Enters.NONE
    help = "List the demo's sign-ins (only with MEDIATRACK_DEMO=1)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print role, e-mail address and organisation, the password, and how to get a code."""
        if not settings.DEMO:
            raise NoDemo("This is no demo: its accounts are your own. Ask an administrator.")
        rows = [("Role", "E-mail", "Organisation")]
        for slug in ("meridian", "northlight"):
            rows += [(ROLES[one.role], one.email, slug) for one in organisations.people(slug)]
        widths = [max(len(row[at]) for row in rows) for at in range(3)]
        for at, row in enumerate(rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
            if not at:
                self.stdout.write("  ".join("─" * width for width in widths))
        self.stdout.write(f"\nPassword of all: {organisations.PASSWORD}")
        first = organisations.people("meridian")[0].email
        self.stdout.write("Second factor, in another terminal (a code holds for 30 seconds):")
        self.stdout.write(f"  ./manage.py demo_code {first}")
