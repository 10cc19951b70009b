"""manage.py statement --org SLUG --payee ID --period P --format pdf|csv|xlsx|json --out FILE."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from foundation.commands import TenantCommand
from royalties import documents
from royalties.selectors import statements


class Command(TenantCommand):
    """Exit codes: 0 written; 1 no such statement, or several to choose from; 2 wrong usage."""

    help = "Write the statement of a payee for a period to a file."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take whose statement, and the file."""
        parser.add_argument(
            "--payee",
            required=True,
            metavar="ID",
            help="the holder's id or code, or a deal's name for the payee",
        )
        parser.add_argument("--period", required=True, metavar="2026-Q1")
        parser.add_argument(
            "--currency", default="", metavar="EUR", help="which one, where there are several"
        )
        parser.add_argument("--format", required=True, choices=list(documents.FORMATS))
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument(
            "--no-bom", action="store_true", help="begin a CSV without the mark of UTF-8"
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Find the one statement, write its file whole or not at all, and say what it is."""
        out: Path = options["out"]
        if out.is_dir() or not out.parent.is_dir():
            raise CommandError(
                f"{out} can't be written: name a file in a folder that is there.", returncode=2
            )
        statement = statements.one(options["payee"], options["period"], options["currency"].upper())
        try:
            size = _write(statement, options)
        except OSError as trouble:
            raise CommandError(
                f"{out} can't be written: {trouble.strerror}.", returncode=2
            ) from trouble
        answer = {
            "statement": statement.number,
            "payable": statement.content["sums"]["payable"],
            "currency": statement.currency,
            "sha256": statement.sha256,
            "file": str(out),
            "bytes": size,
        }
        if options["json"]:
            self.say(answer)
        else:
            self.stdout.write(f"Statement {statement.number}: {out}, {size} bytes")


def _write(statement: Any, options: dict[str, Any]) -> int:
    """Write beside the place and move there in one step; return the size."""
    out: Path = options["out"]
    descriptor, draft = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            documents.write(
                statement,
                options["format"],
                file,
                by="manage.py statement",
                at=timezone.now(),
                bom=not options["no_bom"],
            )
            size = file.tell()
        os.replace(draft, out)
    finally:
        Path(draft).unlink(missing_ok=True)
    return size
