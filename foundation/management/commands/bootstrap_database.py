"""manage.py bootstrap_database: make roles and database on a PostgreSQL server of one's own."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.database import roles
from foundation.database.bootstrap import bootstrap
from foundation.enters import Enters


class Command(BaseCommand):
    """Reads DATABASE_ADMIN_URL (a superuser) and the roles' passwords from the other addresses."""

    enters = Enters.NONE
    help = "Make the five database roles and the database. DATABASE_ADMIN_URL names a superuser."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; again changes nothing but passwords."""
        admin = os.environ.get("DATABASE_ADMIN_URL")
        if not admin:
            raise CommandError("DATABASE_ADMIN_URL is not set: the address of a superuser.")
        app, migrate = settings.DATABASES["default"], settings.MIGRATE_DATABASE
        wanted = {roles.APP: app["USER"], roles.MIGRATE: migrate["USER"]}
        for role, user in wanted.items():
            if user != role:
                raise CommandError(f"The address for {role} signs in as {user or 'nobody'}.")
        passwords = {
            roles.APP: app["PASSWORD"],
            roles.MIGRATE: migrate["PASSWORD"],
            roles.BACKUP: os.environ.get("DATABASE_BACKUP_PASSWORD", migrate["PASSWORD"]),
        }
        bootstrap(admin, database=app["NAME"], passwords=passwords)
        self.stdout.write(f"Roles and database {app['NAME']} are ready.")
