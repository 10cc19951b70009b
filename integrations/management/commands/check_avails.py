"""manage.py check_avails FILE: what an Avails file offers, and what is wrong with it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from foundation.commands import DomainCommand
from foundation.enters import Enters
from integrations.avails.lines import ERROR, AvailsFile, Offer
from integrations.avails.opening import open_avails
from kernel.errors import DomainError


class AvailsWrong(DomainError):
    """An Avails file with errors; each was printed."""

    code = "avails_wrong"
    status = 422


class Command(DomainCommand):
    """Exit codes: 0 nothing is wrong, or warnings alone; 1 errors; 2 wrong usage."""

    enters = Enters.NONE
    help = (
        "Check an Avails file (XLSX 1.7 to 1.9, XML 2.x) by MovieLabs' rules, without a database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print data instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print offers and findings."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        file = open_avails(path)
        if options["json"]:
            self.say({"file": path.name, **file.as_dict()})
        else:
            self.stdout.write(_text(path, file))
        wrong = sum(one.severity == ERROR for one in file.findings)
        if wrong:
            raise AvailsWrong(f"{path.name} has {wrong} error{'' if wrong == 1 else 's'}.")


def _text(path: Path, file: AvailsFile) -> str:
    lines = [f"{path.name}: Avails {file.form.upper()} {file.version}, {len(file.offers)} offers"]
    lines += [f"  {_words(offer)}" for offer in file.offers]
    for one in file.findings:
        lines.append(f"{one.severity}: {one.place}, {one.column} ({one.rule}): {one.message}")
    if not file.findings:
        lines.append("Nothing is wrong with it.")
    return "\n".join(lines)


def _words(offer: Offer) -> str:
    days = f"{offer.start or offer.start_on} to {offer.end or offer.end_on}"
    places = ", ".join(offer.countries)
    if offer.excluded:
        places += f" without {', '.join(offer.excluded)}"
    prices = ", ".join(f"{t.name} {t.value} {t.currency}".strip() for t in offer.terms)
    kind = " ".join(filter(None, (offer.license_type, offer.format)))
    return f"{offer.place}: {offer.title}, {kind}, {places}, {days}" + (
        f" ({prices})" if prices else ""
    )
