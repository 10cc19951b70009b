"""Where a signed-in person stands: asked once for every request, before an organisation is open."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_BELONGS = "SELECT accounts_belongs(%s, %s)"
_ORGANISATIONS = "SELECT o FROM accounts_organisations_of(%s) o ORDER BY 1"
_STILL_THEIRS = (
    "SELECT EXISTS (SELECT 1 FROM mfa_authenticator WHERE user_id = %s AND id = ANY(%s))"
)


def belongs(person: UUID, org_id: UUID) -> bool:
    """Return whether the person has any role in the organisation now, by the database's clock."""
    return bool(_one(_BELONGS, person, org_id))


def organisations_of(person: UUID) -> list[UUID]:
    """Return the organisations in which the person has a role now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORGANISATIONS, [person])
        return [row[0] for row in cursor.fetchall()]


def still_theirs(person: UUID, authenticators: Sequence[int]) -> bool:
    """Return whether one of these second factors is registered for the person still."""
    return bool(authenticators) and bool(_one(_STILL_THEIRS, person, list(authenticators)))


def _one(query: str, *values: UUID | list[int]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]
