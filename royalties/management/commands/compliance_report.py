"""manage.py compliance_report --org SLUG --licensee ID --period P [--license CODE] [--json]."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from foundation.commands import TenantCommand
from royalties.documents import compliance as documents
from royalties.selectors import compliance


class Command(TenantCommand):
    """Exit codes: 0 made, whatever it found; 1 no such licensee, licence or period; 2 usage."""

    help = "Hold a licensee's use, payments and reports of a period against its licences."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take whose use, for which period."""
        parser.add_argument(
            "--licensee", required=True, metavar="ID", help="the holder's id or code"
        )
        parser.add_argument("--period", required=True, metavar="2026-Q1")
        parser.add_argument("--license", default="", metavar="CODE", help="one licence alone")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Say what was found."""
        report = compliance.report(
            licensee=options["licensee"],
            label=options["period"],
            license=options["license"],
            at=timezone.now(),
        )
        if options["json"]:
            self.say(documents.plain(report))
            return
        self.stdout.write(
            f"{report.name}, {report.label}: {report.breaches} breaches, {report.open} that can't "
            f"be told, in {report.lines} lines."
        )
        for section in report.sections:
            name = section.license.code if section.license else "The licensee as a whole"
            self.stdout.write(f"{name}:" if section.findings else f"{name}: nothing found.")
            for one in section.findings:
                clause = f", clause {one.clause}" if one.clause else ""
                where = f" [{one.where}]" if one.rows else ""
                self.stdout.write(f"  {one.code}{clause}: {one.what}{where} {one.then}")
