"""manage.py import_deal FILE --org SLUG: enter a deal's document as a draft."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.selectors import people
from audit.actors import command
from foundation.commands import TenantCommand
from royalties import worksheet
from royalties.services import deals


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 the document is no deal, or clashes; 2 wrong usage."""

    help = "Enter a deal's document as the draft of its next version."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the day from which the version is to hold."""
        parser.add_argument("file", type=Path, metavar="DEAL.json")
        parser.add_argument(
            "--starts", type=date.fromisoformat, help="first day it holds (default: always)"
        )
        parser.add_argument(
            "--opening", type=Path, metavar="BALANCES.json", help="balances it begins with"
        )
        parser.add_argument("--ask", metavar="REASON", help="ask for its signature, with a reason")
        parser.add_argument("--by", metavar="EMAIL", help="who asks: somebody who enters deals")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter it and say how its examples came out."""
        entered = deals.enter(
            document=worksheet.load_json(options["file"]),
            by=command("import_deal"),
            at=timezone.now(),
            starts=options["starts"],
            opening=worksheet.load_json(options["opening"]) if options["opening"] else None,
        )
        version = entered.version
        asked = None
        if options["ask"]:
            asked = deals.ask_for_signature(
                deal=version.deal,
                reason=options["ask"],
                by=people.by_email(options["by"] or ""),
                at=timezone.now(),
            )
        answer = {
            "deal": version.deal.code,
            "version": version.number,
            "sha256": version.sha256,
            "change_request": str(asked.pk) if asked else None,
            "examples": [
                {"name": e.name, "passed": e.passed, "differences": list(e.differences)}
                for e in entered.examples
            ],
        }
        if options["json"]:
            self.say(answer)
            return
        self.stdout.write(f"Deal {version.deal.code}, version {version.number}, entered as draft.")
        for each in entered.examples:
            outcome = "passes" if each.passed else f"FAILS: {each.differences[0]}"
            self.stdout.write(f"  {each.name}: {outcome}")
        if asked:
            self.stdout.write(f"Its signature waits for approval at /changes/{asked.pk}/.")
