"""Questions about teams and the organisation's own roles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import permissions
from accounts.models import CustomRole, Membership, Team, TeamMember, User


def shown() -> QuerySet[Team]:
    """Return all teams; ``size`` is how many people are in each."""
    inside = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team")
    size = Subquery(inside.annotate(size=Count("pk")).values("size"))
    return Team.objects.annotate(size=Coalesce(size, 0))


def members_of(team: Team) -> list[User]:
    """Return the people in a team by name."""
    inside = TeamMember.objects.filter(team=team).values("user")
    return list(User.objects.filter(pk__in=inside).order_by("name", "email"))


def teams_of(person: User) -> list[Team]:
    """Return the teams somebody is in, by name."""
    return list(Team.objects.filter(members__user=person).order_by("name"))


def roles_by_team(teams: Iterable[UUID], names: dict[str, str]) -> dict[UUID, list[str]]:
    """Return the names of the roles that teams have now, by team."""
    found: dict[UUID, list[str]] = defaultdict(list)
    held = Membership.objects.in_force().filter(team__in=list(teams)).order_by("role")
    for team, role in held.values_list("team", "role"):
        found[team].append(names.get(role, role))
    return found


@dataclass(frozen=True, slots=True)
class RoleSeen:
    """A role as it stands: ``id`` for the organisation's own ones; what it holds; who has it."""

    id: UUID | None
    name: str
    codes: frozenset[str]
    holders: int


def holders_of_roles() -> dict[str, int]:
    """Return how many people or teams have each role now, by its code."""
    held = Membership.objects.in_force().values_list("role")
    return dict(held.annotate(Count("id")).order_by())


def roles() -> list[RoleSeen]:
    """Return the built-in roles and the organisation's own, with how many people or teams have it.

    Two questions.
    """
    counted = holders_of_roles()
    found = [
        RoleSeen(None, name, permissions.of_role(code), counted.get(code, 0))
        for code, name in permissions.ROLES.items()
    ]
    for own in CustomRole.objects.order_by("name"):
        held = counted.get(own.code, 0)
        found.append(RoleSeen(own.pk, own.name, frozenset(own.permissions), held))
    return found


def own_role(pk: UUID) -> CustomRole | None:
    """Return one of the organisation's own roles, or None."""
    return CustomRole.objects.filter(pk=pk).first()
