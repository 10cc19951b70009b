"""Which permissions somebody holds now, in the open organisation."""

from uuid import UUID

from django.db.models import Q

from accounts import permissions
from accounts.models import CustomRole, Membership, TeamMember, User


def roles_of(user_id: UUID) -> set[str]:
    """Return the codes of the roles that hold now for a person, their teams' included."""
    teams = TeamMember.objects.filter(user_id=user_id).values("team_id")
    mine = Membership.objects.in_force().filter(Q(user_id=user_id) | Q(team_id__in=teams))
    return set(mine.values_list("role", flat=True))


def codes_of(user_id: UUID) -> frozenset[str]:
    """Return every permission code that a person holds now; none for a disabled account."""
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return frozenset()
    roles = roles_of(user_id)
    found = frozenset[str]().union(*(permissions.of_role(role) for role in roles))
    own = roles - permissions.ROLES.keys()
    if own:
        for codes in CustomRole.objects.filter(code__in=own).values_list("permissions", flat=True):
            found |= frozenset(codes)
    return found
