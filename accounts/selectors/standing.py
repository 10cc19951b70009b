"""Where a signed-in person stands: asked once for every request, before an organisation is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_STANDING = (
    "SELECT accounts_belongs(%(person)s, %(org)s), EXISTS (SELECT 1 FROM mfa_authenticator "
    "WHERE user_id = %(person)s AND id = ANY(%(factors)s::bigint[])), "
    "(SELECT name FROM accounts_organisation WHERE id = %(org)s)"
)
_ORGANISATIONS = "SELECT o FROM accounts_organisations_of(%s) o ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Standing:
    """The organisation the session names, where the person has a role in it now, and its name; and
    whether one of the session's second factors is still theirs.
    """

    org_id: UUID | None
    factor: bool
    organisation: str = ""


def ask(person: UUID, org_id: UUID | None, factors: Sequence[int]) -> Standing:
    """Return a person's standing now, by the database's clock, in one question."""
    asked = {"person": person, "org": org_id, "factors": list(factors)}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        belongs, factor, name = cursor.fetchone()
    return Standing(org_id, bool(factor), name) if belongs else Standing(None, bool(factor))


def organisations_of(person: UUID) -> list[UUID]:
    """Return the organisations in which the person has a role now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORGANISATIONS, [person])
        return [row[0] for row in cursor.fetchall()]
