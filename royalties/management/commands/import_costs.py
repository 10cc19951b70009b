"""manage.py import_costs FILE.csv --org SLUG --deal CODE: enter costs that a deal recoups."""

from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.actors import command
from foundation.commands import TenantCommand
from royalties import worksheet
from royalties.selectors import deals
from royalties.services import given


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 a row can't be read, or no such deal; 2 wrong usage."""

    help = "Enter the costs of a CSV file (category, amount, date; currency, work, payee, note)."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the deal."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--deal", required=True, metavar="CODE")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter each row once, however often the file comes."""
        rows = worksheet.load_rows(options["file"])
        counted = given.enter_costs(
            deal=deals.by_code(options["deal"]),
            rows=rows,
            file_name=options["file"].name,
            source=sha256(options["file"].read_bytes()).hexdigest(),
            by=command("import_costs"),
            at=timezone.now(),
        )
        answer = {"deal": options["deal"], "new": counted.new, "known": counted.known}
        if options["json"]:
            self.say(answer)
        else:
            self.stdout.write(f"{counted.new} costs entered, {counted.known} known already.")
