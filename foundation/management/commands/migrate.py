"""manage.py migrate, run by the migrations' role on behalf of the owner."""

from typing import Any

from django.core.management.commands import migrate

from foundation.database.connection import as_owner


class Command(migrate.Command):
    """Django's own command over the owner's connection."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        as_owner()
        super().handle(*args, **options)
