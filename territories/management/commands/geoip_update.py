"""manage.py geoip_update FILE: use a database of places, or of networks that hide them."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.commands import DomainCommand
from foundation.enters import Enters
from territories import geoip


class Command(DomainCommand):
    """Exit codes: 0 in use; 1 no such database (the former one stays); 2 wrong usage."""

    enters = Enters.NONE
    help = "Put a database in MaxMind's format in the place of the one in use, at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--anonymous", action="store_true", help="it says which networks hide places"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Install it; say what it is."""
        said = geoip.install(options["file"], anonymous=options["anonymous"])
        said["built"] = datetime.fromtimestamp(said["built"], UTC).date().isoformat()
        if options["json"]:
            self.say(said)
        else:
            self.stdout.write(f"In use: {said['type']}, built on {said['built']}.")
