"""Refuses to start with a database role that the walls would not hold."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

_QUESTION = """
SELECT rolsuper OR rolbypassrls, EXISTS (
    SELECT 1 FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p')
) FROM pg_roles r WHERE rolname = current_user
"""


@register(Tags.database)
def application_role(databases: Any = None, **kwargs: Any) -> list[Error]:
    """Return an error when the application's role is a superuser, bypasses walls or owns tables."""
    found: list[Error] = []
    for alias in databases or ():
        if connections[alias].settings_dict.get("AS_OWNER"):
            continue
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(_QUESTION)
                above, owns = cursor.fetchone()
        except OperationalError:
            continue
        if above or owns:
            message = "The application's database role is above the walls between organisations."
            hint = "DATABASE_URL must sign in as mediatrack_app (manage.py bootstrap_database)."
            found.append(Error(message, hint=hint, id="foundation.E001"))
    return found


def refuse_unsafe_role() -> None:
    """Stop the start of a process whose database role stands above the walls."""
    for error in application_role(databases=[DEFAULT_DB_ALIAS]):
        raise ImproperlyConfigured(f"{error.msg} {error.hint}")
