"""Bases of management commands: exit 0 done, 1 domain error (a problem document), 2 usage."""

import json
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from foundation.enters import Enters
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError


class DomainCommand(BaseCommand):
    """A command whose domain errors come out as problem documents on standard error.

    ``enters`` says whose rows it touches.
    """

    enters: ClassVar[Enters]

    def run_from_argv(self, argv: Sequence[str]) -> None:
        """Run, and exit with 1 on a domain error."""
        try:
            super().run_from_argv(list(argv))
        except DomainError as error:
            self.stderr.write(json.dumps(error.problem(), default=str, ensure_ascii=False))
            sys.exit(1)

    def say(self, answer: Any) -> None:
        """Write ``answer`` to standard output as JSON; amounts must be strings already."""
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


class TenantCommand(DomainCommand, ABC):
    """A command for one organisation, named by ``--org SLUG``.

    Subclasses write ``work(org, options)`` and ``arguments(parser)``. It runs in one transaction of
    the organisation, unless ``one_transaction`` is False: then it opens its own ones.
    """

    enters = Enters.ONE
    one_transaction: ClassVar[bool] = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --org and --json, and what the command adds."""
        parser.add_argument("--org", required=True, metavar="SLUG", help="the organisation")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        self.arguments(parser)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the command's own arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the organisation and work for it."""
        org = import_string(settings.TENANT_BY_SLUG)(options["org"])
        if not self.one_transaction:
            self.work(org, options)
            return
        with tenant_atomic(org.id):
            self.work(org, options)

    @abstractmethod
    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Do the command's work for ``org``."""
