"""manage.py load_demo [--if-empty] [--small]: fill an empty database with the demo."""

from argparse import ArgumentParser
from typing import Any

from demo.services import loading
from foundation.commands import DomainCommand
from foundation.database.connection import count_tables
from foundation.enters import Enters

SMALL = 10


class Command(DomainCommand):
    """Exit codes: 0 loaded, or there already; 1 this is no demo, or has data; 2 wrong usage."""

    enters = Enters.EACH
    help = "Load the demo: two fictional organisations (only with MEDIATRACK_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do with a database that isn't empty, and how much to load."""
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a database with organisations as it is"
        )
        parser.add_argument("--small", action="store_true", help="a tenth of the sales")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say so."""
        scale = SMALL if options["small"] else 100
        loaded = loading.load(if_empty=options["if_empty"], scale=scale, tell=self.stdout.write)
        if loaded:
            count_tables()
        self.stdout.write("The demo is loaded." if loaded else "There is data already.")
