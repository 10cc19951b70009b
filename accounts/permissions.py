"""Permission codes and the built-in roles: declared by each app, in code, with their reasons.

A code names one thing that somebody may do (``royalties.run.post``). Built-in roles are the seven
of the product; an organisation may add roles of its own from the same codes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.errors import DomainError

ADMINISTRATOR = "administrator"
ANALYST = "financial_analyst"
RIGHTS = "rights_manager"
LEGAL = "legal"
OPS = "ops"
CREATOR = "creator"
CLIENT = "api_client"

ROLES = {
    RIGHTS: "Rights manager",
    ANALYST: "Financial analyst",
    ADMINISTRATOR: "Administrator",
    LEGAL: "Legal and compliance",
    CREATOR: "Content creator",
    OPS: "Operations",
    CLIENT: "API client",
}


class UnknownCode(DomainError):
    """A permission code that no app declared: a mistake in the program, never a 'no'."""

    code = "unknown_permission"
    status = 500


@dataclass(frozen=True, slots=True)
class Permission:
    """What a code allows, who holds it by role, and whether it needs a fresh second factor."""

    code: str
    label: str
    roles: frozenset[str]
    high: bool = False


_declared: dict[str, Permission] = {}


def declare(code: str, label: str, *, roles: Iterable[str], high: bool = False) -> str:
    """Declare a permission code once, at start; return the code."""
    permission = Permission(code, label, frozenset(roles), high)
    unknown = permission.roles - ROLES.keys()
    if unknown or _declared.get(code, permission) != permission:
        raise UnknownCode(f"{code} is declared twice, or for unknown roles: {sorted(unknown)}.")
    _declared[code] = permission
    return code


def find(code: str) -> Permission:
    """Return a declared permission; raise UnknownCode."""
    if code not in _declared:
        raise UnknownCode(f"No app declares the permission {code!r}.")
    return _declared[code]


def every() -> list[Permission]:
    """Return all permissions by code."""
    return [_declared[code] for code in sorted(_declared)]


def of_role(role: str) -> frozenset[str]:
    """Return the codes that a built-in role holds."""
    return frozenset(p.code for p in _declared.values() if role in p.roles)


PEOPLE_MANAGE = declare(
    "accounts.people.manage",
    "Invite people, give and end roles",
    roles=[ADMINISTRATOR],
    high=True,
)
PEOPLE_SEE = declare("accounts.people.see", "See who has which role", roles=[ADMINISTRATOR, LEGAL])
CHANGES_SEE = declare(
    "accounts.changes.see",
    "See change requests",
    roles=[ADMINISTRATOR, LEGAL, ANALYST, RIGHTS],
)
AUDIT_SEE = declare(
    "accounts.audit.see",
    "Read the audit trail",
    roles=[ADMINISTRATOR, LEGAL],
)
OUTBOX_SEE = declare(
    "accounts.outbox.see",
    "See what is sent to other parts and systems, and send it again",
    roles=[ADMINISTRATOR, OPS],
)
JOBS_SEE = declare(
    "accounts.jobs.see",
    "See and cancel everybody's jobs",
    roles=[ADMINISTRATOR, OPS],
)
VIEWS_SHARE = declare(
    "accounts.views.share",
    "Share saved views of lists with a team or everybody",
    roles=[ADMINISTRATOR, ANALYST, RIGHTS, LEGAL, OPS],
)
