"""manage.py import_sales FILE --org SLUG: import a sales file, or the errors file of one."""

import os
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
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
from integrations.files.outcomes import NOTE
from integrations.files.reading import Choices, no_profile
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.services import errors_files, imports, mappings
from kernel.errors import DomainError

BY = command("import_sales")
CAUSES_TOLD = 20


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
        parser.add_argument(
            "--currency", default="", help="currency of rows that name no known one"
        )
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
        if options["errors"]:
            _check_writable(options["errors"])
        row, again = self._begin(org, source, options)
        if row.state != Import.State.COMMITTED:
            row = self._take(org, row, options)
        elif options["currency"]:
            first, row = row, self._in_currency(org, row, options)
            again = row is first
        if options["errors"]:
            _write_errors(org, row, options["errors"])
        if options["json"]:
            self.say(questions.answer(row))
        else:
            self._tell(org, row, again=again, options=options)
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
        return row, row.state == Import.State.COMMITTED

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

    def _in_currency(self, org: Any, row: Import, options: dict[str, Any]) -> Import:
        """Take the open rows that wait for a currency in the one given now, as a correction."""
        with tenant_atomic(org.id):
            begun = mappings.say_currency(
                import_id=row.pk, currency=options["currency"], by=BY, at=timezone.now()
            )
        return row if begun is None else self._take(org, begun, options)

    def _tell(self, org: Any, row: Import, *, again: bool, options: dict[str, Any]) -> None:
        with tenant_atomic(org.id):
            first = row.corrects or row
            waiting, unnamed = len(questions.open_rows(first)), questions.waits_for_currency(first)
        lines = [*_lines(row, again=again, asked=options["period"])]
        if row.state == Import.State.COMMITTED and waiting:
            lines += _next(waiting, unnamed=unnamed, org=org.slug, options=options)
        for line in lines:
            self.stdout.write("".join(sign if sign.isprintable() else "?" for sign in line))


def _check_writable(target: Path) -> None:
    """Refuse a place for the errors file that can't be written, before anything is taken."""
    folder = target.parent
    try:
        if not folder.is_dir():
            wrong = f"There is no directory {folder}."
        elif target.is_dir():
            wrong = "That is a directory. Name a file."
        elif not os.access(target if target.exists() else folder, os.W_OK):
            wrong = "You may not write there."
        else:
            return
    except OSError as error:
        wrong = f"{error.strerror}."
    raise CommandError(f"--errors {target}: {wrong}", returncode=2)


def _write_errors(org: Any, row: Import, target: Path) -> None:
    try:
        with tenant_atomic(org.id):
            errors_files.write(row, target)
    except OSError as error:
        raise CommandError(
            f"{target} could not be written: {error.strerror}. {row.file_name} itself is "
            f"{row.get_state_display()}; the same command with another --errors writes only that."
        ) from error


def _lines(row: Import, *, again: bool, asked: str) -> Iterator[str]:
    """Yield what a person reads about an import, line by line."""
    period = row.period or "none"
    if again:
        yield "This content was imported before; nothing was taken again. Then:"
        if asked and asked != row.period:
            yield f"It counts in period {period}; --period {asked} changes nothing."
    yield f"{row.file_name}: profile {row.profile or 'none'}, period {period}"
    counted = row.counted()
    if row.state == Import.State.REFUSED:
        yield "  Refused whole; nothing of it was taken."
    else:
        for name in ("rows_read", "accepted", "quarantined", "rejected"):
            yield f"  {name.replace('_', ' '):<12}{counted[name]:>12,}"
        if not counted["rows_read"] and not row.findings.get("skipped"):
            yield "  The file has a header and no rows."
    for total in counted["totals"]:
        went = ", ".join(
            f"{name} {total[name]}" for name in ("accepted", "quarantined", "rejected")
        )
        yield (
            f"  {total['currency'] or 'no currency'}: {went}, "
            f"file's own total {total['reported'] or 'not reported'}"
        )
    groups = sorted(row.findings.get("groups", []), key=lambda group: group["outcome"] == NOTE)
    for group in groups[:CAUSES_TOLD]:
        yield from _cause(group, held=row.state != Import.State.REFUSED)
    if (more := len(groups) - CAUSES_TOLD) > 0:
        yield f"  … and {more:,} other causes: --json lists them, --errors FILE their rows."


def _cause(group: dict[str, Any], *, held: bool) -> Iterator[str]:
    """Yield the lines about findings of one cause; with ``held`` also the money they hold."""
    rows, first = group["rows"], group["first_row"]
    where = f"row {first:,}" if rows == 1 else f"{rows:,} rows, the first of them row {first:,}"
    told = (
        f"  {group['outcome']}: {group['code']} in {group['column']}, {group['value']!r}: {where}"
    )
    if held and group["outcome"] != NOTE:
        money = [f"{amount} {code or 'in no currency'}" for code, amount in group["money"].items()]
        told += f"; holds {', '.join(money) or 'no readable amount'}"
    yield told
    suggestion = f" Did you mean {group['suggestion']}?" if group["suggestion"] else ""
    if message := group.get("message", ""):  # imports from before messages were kept have none
        yield f"      {message}{suggestion}"


def _next(waiting: int, *, unnamed: bool, org: str, options: dict[str, Any]) -> Iterator[str]:
    """Yield what to do about the rows that are still not accepted, as commands to copy."""
    call = f"./manage.py import_sales {shlex.quote(str(options['file']))} --org {org}"
    yield f"Still open: {waiting:,} {'row' if waiting == 1 else 'rows'}. What next:"
    if unnamed:
        yield "  Some name no known currency. Say once which one they are in, as EUR:"
        yield f"      {call} --currency EUR"
    file = options["errors"] or Path("open-rows.csv")
    if not options["errors"]:
        yield "  To correct them yourself, write them to a file of their own:"
        yield f"      {call} --errors {file}"
    yield f"  {'Correct' if options['errors'] else 'Then correct'} {file}, and bring it back:"
    yield f"      ./manage.py import_sales {shlex.quote(str(file))} --org {org}"


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
