"""manage.py import_table FILE --org SLUG --name NAME: enter a dated table that deals name."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.actors import command
from foundation.commands import TenantCommand
from royalties import worksheet
from royalties.services import given


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 a row can't be read; 2 wrong usage."""

    help = "Enter a rate table from CSV (a column for each word), or JSON with a list of rows."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the name by which deals read it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True)

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter the table as its next number, unless nothing changed."""
        path: Path = options["file"]
        if path.suffix == ".json":
            rows = worksheet.load_json(path).get("rows", [])
        else:
            rows = [
                {name: value for name, value in row.items() if value is not None and name != "_row"}
                for row in worksheet.load_rows(path)
            ]
        table = given.enter_table(
            name=options["name"], rows=rows, by=command("import_table"), at=timezone.now()
        )
        answer = {"name": table.name, "number": table.number, "sha256": table.sha256}
        if options["json"]:
            self.say(answer)
        else:
            self.stdout.write(f"Table {table.name}, number {table.number}.")
