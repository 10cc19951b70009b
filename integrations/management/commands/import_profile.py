"""manage.py import_profile FILE --org SLUG: enter an import profile of the organisation's own."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from audit.actors import command
from foundation.commands import TenantCommand
from integrations.files.contract import InvalidProfile
from integrations.services import profiles


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 it is no profile, or its version is taken; 2 wrong usage."""

    help = "Enter an import profile (docs/imports.md); it is in force at once."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="PROFILE.json")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter it and say under which name and version."""
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.", returncode=2)
        try:
            document = json.loads(options["file"].read_text("utf-8"))
        except ValueError as error:
            raise InvalidProfile(f"The file is not JSON: {error}.") from None
        row = profiles.enter(document=document, by=command("import_profile"), at=timezone.now())
        if options["json"]:
            self.say({"name": row.name, "version": row.version, "title": row.title})
        else:
            self.stdout.write(f"Profile {row.name}, version {row.version}, is in force.")
