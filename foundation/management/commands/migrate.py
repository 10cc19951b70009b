"""manage.py migrate, run by the migrations' role on behalf of the owner."""

from typing import Any

from django.core.management.commands import migrate

from foundation.database.connection import as_owner
from foundation.enters import Enters


class Command(migrate.Command):
    """Django's own command over the owner's connection."""

    enters = Enters.NONE

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        as_owner()
        super().handle(*args, **options)
