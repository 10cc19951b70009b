"""manage.py verify_ledger [--org SLUG] [--recompute] [--json]: is the ledger what the sales say?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.commands import DomainCommand
from foundation.enters import Enters
from foundation.tenancy import tenant_atomic
from royalties.selectors import verification


class Command(DomainCommand):
    """Exit codes: 0 all is well; 1 something departs, and is named; 2 wrong usage."""

    enters = Enters.EACH
    help = "Check every entry, statement and block of sales of one organisation, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an organisation, and whether to calculate anew."""
        parser.add_argument("--org", metavar="SLUG", help="one organisation (default: all)")
        parser.add_argument(
            "--recompute", action="store_true", help="also calculate every posted result anew"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each organisation behind its wall."""
        found = []
        for org_id in _organisations(options["org"]):
            with tenant_atomic(org_id):
                checked = verification.verify(recompute=options["recompute"])
            found.append({"organisation": str(org_id), **checked})
        answer = {
            "ok": all(each["ok"] for each in found),
            "problems": [problem for each in found for problem in each["problems"]],
            "organisations": found,
        }
        if options["json"]:
            self.say(answer)
        else:
            self.stdout.write(_text(answer))
        if not answer["ok"]:
            sys.exit(1)


def _organisations(slug: str | None) -> list[Any]:
    if slug:
        return [import_string(settings.TENANT_BY_SLUG)(slug).id]
    return list(import_string(settings.TENANTS)())


def _text(answer: dict[str, Any]) -> str:
    said = []
    for each in answer["organisations"]:
        counts = ", ".join(
            f"{each[name]} {name.replace('_', ' ')}"
            for name in ("entries", "transfers", "results", "statements", "sales_files")
        )
        said.append(f"{each['organisation']}: {counts}: {'sound' if each['ok'] else 'NOT SOUND'}")
        said += [f"  {p['subject']}: {p['detail']} ({p['code']})" for p in each["problems"]]
    return "\n".join(said) or "There are no organisations."
