"""Which roles and permissions somebody holds now, in the open organisation."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, Q

from accounts import permissions
from accounts.models import CustomRole, Membership, TeamMember, User
from foundation.tenancy import current_org


@dataclass(frozen=True, slots=True)
class Holding:
    """The roles somebody holds now, and the permission codes that these give."""

    roles: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


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
    active = User.objects.filter(pk=user_id, is_active=True)
    teams = TeamMember.objects.filter(user_id=user_id).values("team_id")
    mine = Membership.objects.in_force().filter(
        Q(user_id=user_id) | Q(team_id__in=teams), Exists(active)
    )
    roles = frozenset(mine.values_list("role", flat=True))
    codes = frozenset[str]().union(*(permissions.of_role(role) for role in roles))
    own = roles - permissions.ROLES.keys()
    if own:
        for given in CustomRole.objects.filter(code__in=own).values_list("permissions", flat=True):
            codes |= frozenset(given)
    return Holding(roles, codes)
