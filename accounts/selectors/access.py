"""Which roles and permissions somebody holds now, in the open organisation."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts import permissions
from foundation.tenancy import current_org

# Written out, as every page asks it: composing the same from models takes ten times as long.
_HOLDING = """
SELECT held.role, own.permissions,
       (SELECT jsonb_agg(
                   jsonb_build_array(v.list, v.name, v.label, v.query, s.id IS NOT NULL)
                   ORDER BY v.label, v.id)::text
          FROM accounts_savedview v
          LEFT JOIN accounts_startview s
                 ON s.org_id = v.org_id AND s.view_id = v.id AND s.person_id = %(person)s
         WHERE v.owner_id = %(person)s OR v.shared = 'organisation'
            OR v.team_id IN (SELECT team_id FROM accounts_teammember WHERE user_id = %(person)s))
  FROM accounts_membership held
  LEFT JOIN accounts_customrole own ON own.org_id = held.org_id AND own.code = held.role
 WHERE held.starts <= statement_timestamp()
   AND (held.ends IS NULL OR held.ends > statement_timestamp())
   AND (held.user_id = %(person)s
        OR held.team_id IN (SELECT team_id FROM accounts_teammember WHERE user_id = %(person)s))
   AND EXISTS (SELECT 1 FROM accounts_user WHERE id = %(person)s AND is_active)
"""

_ADMINISTRATORS = """
SELECT person.id
  FROM accounts_membership held
  LEFT JOIN accounts_teammember inside
         ON inside.org_id = held.org_id AND inside.team_id = held.team_id
  JOIN accounts_user person ON person.id = COALESCE(held.user_id, inside.user_id)
 WHERE held.role = %(role)s AND person.is_active
   AND held.starts <= %(at)s AND (held.ends IS NULL OR held.ends > %(at)s)
"""

_PEOPLE_WITH = """
SELECT person.id
  FROM accounts_membership held
  LEFT JOIN accounts_customrole own ON own.org_id = held.org_id AND own.code = held.role
  LEFT JOIN accounts_teammember inside
         ON inside.org_id = held.org_id AND inside.team_id = held.team_id
  JOIN accounts_user person ON person.id = COALESCE(held.user_id, inside.user_id)
 WHERE (held.role = ANY(%(roles)s) OR %(code)s = ANY(own.permissions)) AND person.is_active
   AND held.starts <= statement_timestamp()
   AND (held.ends IS NULL OR held.ends > statement_timestamp())
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """The roles somebody holds now, and the permission codes that these give.

    ``saved``: the views of lists that they may open, as foundation.pages.saved reads them.
    """

    roles: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    saved: str = ""


_remembered: ContextVar[dict[tuple[UUID | None, UUID], Holding] | None] = ContextVar(
    "holdings", default=None
)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database once for each person while inside: the length of one request."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def forget() -> None:
    """Forget what was remembered: roles have just changed."""
    known = _remembered.get()
    if known is not None:
        known.clear()


def holding(user_id: UUID) -> Holding:
    """Return what a person holds now; nothing for a disabled account."""
    known, key = _remembered.get(), (current_org(), user_id)
    if known is None:
        return _holding(user_id)
    if key not in known:
        known[key] = _holding(user_id)
    return known[key]


def roles_of(user_id: UUID) -> frozenset[str]:
    """Return the codes of the roles that hold now for a person, their teams' included."""
    return holding(user_id).roles


def codes_of(user_id: UUID) -> frozenset[str]:
    """Return every permission code that a person holds now; none for a disabled account."""
    return holding(user_id).codes


def needs_second_factor(user_id: UUID) -> bool:
    """Return whether the person must give a second factor here: everyone but pure creators."""
    return bool(roles_of(user_id) - {permissions.CREATOR})


def _holding(user_id: UUID) -> Holding:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, {"person": user_id})
        found = cursor.fetchall()
    codes: set[str] = set()
    for role, own, _ in found:
        codes.update(permissions.of_role(role) if role in permissions.ROLES else own or ())
    saved = found[0][2] if found else None
    return Holding(frozenset(role for role, *_ in found), frozenset(codes), saved or "")


def administrators(at: datetime) -> set[UUID]:
    """Return the active people who are administrators at ``at``, alone or by a team."""
    with connection.cursor() as cursor:
        cursor.execute(_ADMINISTRATORS, {"role": permissions.ADMINISTRATOR, "at": at})
        return {row[0] for row in cursor.fetchall()}


def people_with(code: str) -> set[UUID]:
    """Return the active people who hold a permission now by role, alone or by a team.

    Programs and grants on single rows aren't among them.
    """
    permission = permissions.find(code)
    asked: dict[str, Any] = {"code": code, "roles": sorted(permission.roles)}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE_WITH, asked)
        return {row[0] for row in cursor.fetchall()}
