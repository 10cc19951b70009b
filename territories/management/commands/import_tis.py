"""manage.py import_tis FILE: load CISAC's territory tree from the operator's own file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from foundation.database.connection import as_owner
from foundation.enters import Enters
from kernel.errors import DomainError
from territories.geography import tis
from territories.services import reference


class Command(BaseCommand):
    """Writes reference tables, so it works as the migrations' role."""

    enters = Enters.NONE
    help = "Load CISAC's territory tree (TIS) from a CSV file; run again, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the form of the answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file; report what changed."""
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                tree = tis.read(lines)
        except DomainError as refusal:
            self.stderr.write(json.dumps(refusal.problem()))
            raise SystemExit(1) from None
        except (OSError, UnicodeDecodeError) as problem:
            self.stderr.write(json.dumps(tis.BadTisFile(str(problem)).problem()))
            raise SystemExit(1) from None
        as_owner()
        report = reference.load_tis(tree=tree, at=timezone.now())
        self.stdout.write(self._as_json(report) if options["json"] else self._as_text(report))

    @staticmethod
    def _as_json(report: reference.Report) -> str:
        answer = {
            "rows": report.rows,
            "groups_added": list(report.groups_added),
            "memberships": reference.summary(report.changes),
            "changes": [
                [one.sign, one.group, one.territory, str(one.starts or ""), str(one.ends or "")]
                for one in report.changes
            ],
            "unplaced": [list(one) for one in report.unplaced],
        }
        return json.dumps(answer)

    @staticmethod
    def _as_text(report: reference.Report) -> str:
        counts = reference.summary(report.changes)
        lines = [
            f"{report.rows} rows read; {len(report.groups_added)} groups added; memberships: "
            f"{counts['added']} added, {counts['superseded']} superseded."
        ]
        lines += [
            f"  {one.sign} {one.territory} in {one.group}, {one.starts or 'always'} to "
            f"{one.ends or 'open'}"
            for one in report.changes
        ]
        lines += [
            f"  no present country stands for {name} ({number}): left out"
            for number, name in report.unplaced
        ]
        return "\n".join(lines)
