"""manage.py flush: empty every organisation's tables, keep the reference tables. Demo and tests."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from psycopg import sql

from foundation.database import roles
from foundation.database.connection import owner_link
from foundation.enters import Enters

_FILLED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
AND has_table_privilege(%s, c.oid, 'INSERT')
AND pg_relation_size(c.oid) + coalesce(
    (SELECT sum(pg_relation_size(part.relid)) FROM pg_partition_tree(c.oid) part), 0) > 0
"""


class Command(flush.Command):
    """The application's role may not truncate: the owner does it, table by table that has rows."""

    enters = Enters.NONE

    def handle(self, **options: Any) -> None:
        """Empty the tables."""
        if not (settings.MAY_FLUSH):
            raise CommandError("flush destroys all data; it runs in a demo (MEDIATRACK_DEMO) only.")
        if options["interactive"] and input("Destroy all data of the demo? Type yes: ") != "yes":
            self.stdout.write("Nothing was changed.")
            return
        with owner_link() as owner:
            found = owner.execute(_FILLED, [roles.APP]).fetchall()
            if found:
                tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)
                owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
