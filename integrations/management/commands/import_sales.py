"""manage.py import_sales FILE --org SLUG: import a sales file, or the errors file of one."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from audit.actors import command
from foundation import jobs
from foundation.commands import TenantCommand
from foundation.tenancy import tenant_atomic
from integrations import tasks  # noqa: F401  the jobs are done here if no worker is quicker
from integrations.files.contract import Detection
from integrations.files.reading import Choices, no_profile
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.services import errors_files, imports
from kernel.errors import DomainError

BY = command("import_sales")


class FileRefused(DomainError):
    """A file whose own counts or cells are broken; nothing of it was taken."""

    code = "file_refused"
    status = 422


class Command(TenantCommand):
    """Exit codes: 0 taken (rows that were not are in ``errors``); 1 refused; 2 wrong usage."""

    help = "Import a sales file: read it, check every row, take the good ones."
    one_transaction = False

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and what can't be told from it."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--profile", default="", help="import profile (default: the one that fits)"
        )
        parser.add_argument(
            "--period",
            default="",
            help="accounting period, as 2026-Q1 (default: the quarter of the last day of use)",
        )
        parser.add_argument("--currency", default="", help="currency of rows that name none")
        parser.add_argument("--decimal", default="", choices=["point", "comma"])
        parser.add_argument("--sheet", default="", help="sheet of a workbook")
        parser.add_argument(
            "--reported", action="append", default=[], metavar="AMOUNT:CUR",
            help="total that the statement's letter names, as 1234.56:USD",
        )  # fmt: skip
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.csv|xlsx", help="write the rows not accepted here"
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Take the file through every step that it hasn't behind it, and answer."""
        source: Path = options["file"]
        if not source.is_file():
            raise CommandError(f"There is no file {source}.", returncode=2)
        row, again = self._begin(org, source, options)
        if row.state != Import.State.COMMITTED:
            row = self._take(org, row, options)
        if options["errors"]:
            with tenant_atomic(org.id):
                errors_files.write(row, options["errors"])
        if options["json"]:
            self.say(questions.answer(row))
        else:
            self._tell(row, again=again)
        if row.state == Import.State.REFUSED:
            raise _refusal(row)

    def _begin(self, org: Any, source: Path, options: dict[str, Any]) -> tuple[Import, bool]:
        choices = Choices(
            profile=options["profile"],
            currency=options["currency"].upper(),
            decimal=options["decimal"] or "",
            sheet=options["sheet"],
            reported=_reported(options["reported"]),
        )
        now = timezone.now()
        with tenant_atomic(org.id):
            begun = imports.begin(
                source=source, name=source.name, by=BY, at=now,
                choices=choices, period=options["period"],
            )  # fmt: skip
            row = begun.row
            if begun.again and row.state != Import.State.COMMITTED:
                row = imports.map(
                    import_id=row.pk, choices=choices, period=options["period"], by=BY, at=now
                )
        return row, begun.again

    def _take(self, org: Any, row: Import, options: dict[str, Any]) -> Import:
        if row.state == Import.State.DETECTED:
            raise no_profile(Detection.of(row.detection))
        for step in (imports.validate, imports.commit):
            with tenant_atomic(org.id):
                job = step(import_id=row.pk, by=BY, at=timezone.now())
            jobs.finish(org.id, job.pk)
            with tenant_atomic(org.id):
                row = Import.objects.get(pk=row.pk)
            if row.state == Import.State.REFUSED:
                break
        return row

    def _tell(self, row: Import, *, again: bool) -> None:
        answer = questions.answer(row)
        if again:
            self.stdout.write("This content was imported before; nothing was taken again. Then:")
        self.stdout.write(f"{row.file_name}: profile {row.profile}, period {row.period or 'none'}")
        width = shutil.get_terminal_size().columns
        for name in ("rows_read", "accepted", "quarantined", "rejected"):
            self.stdout.write(f"  {name.replace('_', ' '):<12}{answer[name]:>12,}")
        for total in answer["totals"]:
            reported = total["reported"] or "not reported"
            self.stdout.write(
                f"  {total['currency'] or 'no currency'}: accepted {total['accepted']}, "
                f"file's own total {reported}"
            )
        for group in row.findings.get("groups", [])[:20]:
            told = f"  {group['rows']} × {group['code']} in {group['column']}: {group['value']!r}"
            suggestion = f" → {group['suggestion']}?" if group["suggestion"] else ""
            self.stdout.write((told + suggestion)[:width])


def _reported(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        amount, colon, currency = text.partition(":")
        if not colon:
            raise CommandError(f"--reported {text} should be like 1234.56:USD.", returncode=2)
        found[currency.upper()] = amount
    return found


def _refusal(row: Import) -> FileRefused:
    answer = questions.answer(row)
    first = answer["errors"][0] if answer["errors"] else None
    told = f" Row {first['row']}, {first['column']}: {first['message']}" if first else ""
    return FileRefused(
        f"{row.file_name} is refused whole; nothing of it was taken.{told} Ask its sender for a "
        "corrected file.",
        errors=answer["errors"],
    )
