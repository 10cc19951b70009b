"""Questions about people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import grants, permissions
from accounts.models import CustomRole, Membership, Team, TeamMember, User
from kernel.errors import DomainError


class NoPerson(DomainError):
    """Nobody active has this e-mail address."""

    code = "no_person"
    status = 404


def by_email(email: str) -> User:
    """Return the active person with this address, in any case; raise NoPerson."""
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise NoPerson(f"Nobody active has the address {email!r}. Invite them first.", email=email)
    return found


def name_of(actor_id: UUID) -> str:
    """Return a person's name, or address without one; empty where no person has this id."""
    found = User.objects.filter(pk=actor_id).first()
    return str(found) if found else ""


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return people's names (or addresses) by id; one question."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(ids))}


def members() -> QuerySet[User]:
    """Return everybody who has, or had, a role in the open organisation; ``now``: has one now."""
    teams = TeamMember.objects.filter(user=OuterRef("pk"))
    own = Membership.objects.filter(user=OuterRef("pk"))
    held = Membership.objects.in_force()
    by_team = teams.filter(team__in=held.filter(team__isnull=False).values("team"))
    return User.objects.annotate(
        now=Q(Exists(held.filter(user=OuterRef("pk")))) | Q(Exists(by_team)),
    ).filter(Exists(own) | Exists(teams))


def holding(role: str) -> Q:
    """Return what holds for the people who have a role now, alone or by a team."""
    held = Membership.objects.in_force().filter(role=role)
    inside = TeamMember.objects.filter(team__in=held.filter(team__isnull=False).values("team"))
    return Q(pk__in=held.filter(user__isnull=False).values("user")) | Q(
        pk__in=inside.values("user")
    )


def role_names() -> dict[str, str]:
    """Return every role of the open organisation by code: the built-in ones, then its own."""
    own = CustomRole.objects.order_by("name").values_list("code", "name")
    return {**permissions.ROLES, **dict(own)}


def roles_of(people: Iterable[UUID], names: Mapping[str, str]) -> dict[UUID, list[str]]:
    """Return the names of the roles that people hold now, a team's with its name; two questions."""
    ids = list(people)
    found: dict[UUID, list[str]] = defaultdict(list)
    held = Membership.objects.in_force().order_by("role")
    for user, role in held.filter(user__in=ids).values_list("user", "role"):
        found[user].append(names.get(role, role))
    inside = TeamMember.objects.filter(user__in=ids, team__roles__in=held)
    for user, role, team in inside.values_list("user", "team__roles__role", "team__name"):
        found[user].append(f"{names.get(role, role)} ({team})")
    return found


def with_second_factor(people: Iterable[UUID]) -> set[UUID]:
    """Return those people who have set up a second factor."""
    kept = Authenticator.objects.filter(user__in=list(people))
    kept = kept.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(kept.values_list("user_id", flat=True))


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has or had, or a permission on one row: from when until when, and why.

    ``on`` is the team that brings it, or the row that it is about.
    """

    id: UUID
    what: str
    on: str
    starts: datetime
    ends: datetime | None
    reason: str
    given_by: str
    open: bool


def memberships_of(holder: User | Team, at: datetime) -> list[Held]:
    """Return the roles given to a person, or to a team, the newest first."""
    mine = Q(team=holder) if isinstance(holder, Team) else Q(user=holder)
    rows = list(Membership.objects.filter(mine).order_by("-starts", "-id"))
    names, givers = role_names(), names_of(row.granted_by for row in rows)
    return [
        Held(
            row.pk,
            names.get(row.role, row.role),
            "",
            row.starts,
            row.ends,
            row.reason,
            givers.get(row.granted_by, "the product"),
            row.ends is None or row.ends > at,
        )
        for row in rows
    ]


def grants_of(person: User, at: datetime) -> list[Held]:
    """Return the permissions on single rows that somebody has or had, the newest first."""
    rows = [grant for table in grants.tables() for grant in table.of_person(person.pk)]
    givers = names_of(row.granted_by for row in rows)
    found = [
        Held(
            row.pk,
            permissions.find(row.permission.codename).label,
            f"{row.content_object._meta.verbose_name} {row.content_object}",  # type: ignore[attr-defined]
            row.starts,
            row.ends,
            row.reason,
            givers.get(row.granted_by, "the product"),
            row.ends is None or row.ends > at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda held: held.starts, reverse=True)


@dataclass(frozen=True, slots=True)
class Reached:
    """Where somebody gets mail, and how the day goes there."""

    id: UUID
    name: str
    email: str
    zone: str


def reached(ids: Iterable[UUID]) -> dict[UUID, Reached]:
    """Return where active people get mail, by id; one question."""
    found = User.objects.filter(pk__in=set(ids), is_active=True)
    return {row.pk: Reached(row.pk, str(row), row.email, row.zone) for row in found}


def of_membership(membership_id: UUID) -> set[UUID]:
    """Return whom a role was given to: a person, or all who are in a team."""
    held = Membership.objects.filter(pk=membership_id).first()
    if held is None:
        return set()
    if held.user_id is not None:
        return {held.user_id}
    return set(TeamMember.objects.filter(team=held.team).values_list("user_id", flat=True))


def role_of_membership(membership_id: UUID) -> str:
    """Return the name of the role that was given, or nothing."""
    role = Membership.objects.filter(pk=membership_id).values_list("role", flat=True).first()
    return role_names().get(role, role) if role else ""
