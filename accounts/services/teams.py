"""Teams: people who work together and get roles together."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Team, TeamMember, User
from accounts.selectors import access
from accounts.services import memberships
from audit.actors import Actor
from audit.services import events
from kernel.errors import DomainError


class TeamRefused(DomainError):
    """A team that can't be made or changed as wanted; says why."""

    code = "team_refused"


@transaction.atomic
def make(*, name: str, by: Actor, at: datetime) -> Team:
    """Make a team with nobody in it yet. Raises TeamRefused for a name that is taken."""
    team = Team(name=name.strip())
    try:
        with transaction.atomic():
            team.save(force_insert=True)
    except IntegrityError as error:
        raise TeamRefused(f"There is a team {name!r} already. Choose another name.") from error
    events.record("accounts.team.made", subject=team, actor=by, at=at, after={"name": team.name})
    return team


@transaction.atomic
def add(*, team: Team, user: User, by: Actor, at: datetime) -> TeamMember:
    """Put somebody into a team: the team's roles are theirs from now on. Raises TeamRefused."""
    member = TeamMember(team=team, user=user)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        raise TeamRefused(f"{user} is in {team.name} already.") from error
    access.forget()
    events.record("accounts.team.joined", subject=team, actor=by, at=at, after={"user": user.pk})
    return member


@transaction.atomic
def remove(*, team: Team, user_id: UUID, by: Actor, at: datetime) -> None:
    """Take somebody out of a team, and with it the team's roles from them.

    Raises TeamRefused where they aren't in it, RoleRefused where no administrator would be left.
    """
    gone, _ = TeamMember.objects.filter(team=team, user_id=user_id).delete()
    if not gone:
        raise TeamRefused(f"They aren't in {team.name} (any more).")
    access.forget()
    memberships.keep_an_administrator(at)
    events.record("accounts.team.left", subject=team, actor=by, at=at, before={"user": user_id})
