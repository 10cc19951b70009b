"""manage.py import_rates FILE --org SLUG: load an organisation's own rates."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.selectors import organisations
from audit import actors
from foundation.enters import Enters
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from territories.services import rates


class Command(BaseCommand):
    """All rows or none; a second time it changes nothing."""

    enters = Enters.ONE
    help = "Load an organisation's royalty rates by territory and right type from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare file and organisation."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--org", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file; print the counts as JSON."""
        try:
            self.stdout.write(json.dumps(asdict(self._load(options["file"], options["org"]))))
        except DomainError as refusal:
            self.stderr.write(json.dumps(refusal.problem()))
            raise SystemExit(1) from None

    @staticmethod
    def _load(file: Path, slug: str) -> rates.Loaded:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = rates.read_rows(lines)
        except (OSError, UnicodeDecodeError) as problem:
            raise rates.BadRatesFile(f"The file can't be read: {problem}", errors=[]) from None
        org = organisations.by_slug(slug)
        with tenant_atomic(org.id):
            return rates.load(rows=rows, actor=actors.command("import_rates"), at=timezone.now())
