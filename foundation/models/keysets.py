"""Many keys in a filter."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.expressions import RawSQL


def among(keys: Iterable[UUID]) -> RawSQL:
    """Return what ``field__in`` takes for many keys: one array instead of a parameter for each."""
    listed = ",".join(map(str, keys))  # as PostgreSQL writes an array: psycopg takes longer
    return RawSQL("SELECT unnest(%s::uuid[])", [f"{{{listed}}}"])
