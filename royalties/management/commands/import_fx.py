"""manage.py import_fx FILE.csv --org SLUG --source ECB --pivot EUR: enter exchange rates."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.actors import command
from foundation.commands import TenantCommand
from royalties import worksheet
from royalties.services import given

NONE = ("", "N/A", "-")


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 a row can't be read; 2 wrong usage."""

    help = (
        "Enter exchange rates: columns currency, on, rate; or Date and one column for each "
        "currency, as the European Central Bank publishes them."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its source and what it quotes against."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--source", required=True, help="the name that deals call it by")
        parser.add_argument("--pivot", required=True, help="one unit of this, say EUR")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter what is new; a rate that differs supersedes the one known."""
        rows = worksheet.load_rows(options["file"])
        if rows and "Date" in rows[0]:
            rows = list(_long(rows))
        counted = given.enter_rates(
            source=options["source"],
            pivot=options["pivot"],
            rows=rows,
            by=command("import_fx"),
            at=timezone.now(),
        )
        answer = {"source": options["source"], "new": counted.new, "known": counted.known}
        if options["json"]:
            self.say(answer)
        else:
            self.stdout.write(f"{counted.new} rates entered, {counted.known} known already.")


def _long(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for name, value in row.items():
            if name not in ("Date", "_row", "") and (value or "") not in NONE:
                yield {"currency": name, "on": row["Date"], "rate": value, "_row": row["_row"]}
