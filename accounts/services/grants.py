"""Give somebody, or a team, a permission on one row, and take it away."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction

from accounts import grants, permissions
from accounts.grants import ObjectGrant
from accounts.models import Team, User
from audit.actors import Actor
from audit.services import events
from kernel.errors import DomainError


class GrantRefused(DomainError):
    """A grant that can't be given or ended; says why."""

    code = "grant_refused"


@transaction.atomic
def give(
    *,
    code: str,
    row: models.Model,
    by: Actor,
    at: datetime,
    reason: str,
    ends: datetime | None = None,
    user: User | None = None,
    team: Team | None = None,
) -> ObjectGrant:
    """Give a person or a team ``code`` on one row from ``at`` (until ``ends``, not included).

    Raises GrantRefused: rows of this kind can't be granted, or not by this code; high permissions
    come by role alone; they have it at that time already.
    """
    if (user is None) == (team is None):
        raise GrantRefused("Name a person or a team.")
    table, permission = _grantable(row, code)
    grant = table(
        user=user,
        team=team,
        permission=permission,
        starts=at,
        ends=ends,
        reason=reason,
        granted_by=by.actor_id,
        **{grants.ROW: row},
    )
    _keep(grant)
    events.record(
        "accounts.grant.given",
        subject=grant,
        actor=by,
        at=at,
        reason=reason,
        after={
            "user": user.pk if user else None,
            "team": team.pk if team else None,
            "code": code,
            "row": row.pk,
            "ends": ends,
        },
    )
    return grant


def _grantable(row: models.Model, code: str) -> tuple[type[ObjectGrant], Permission]:
    """Return the table of grants on rows like this, and the permission. Raises GrantRefused."""
    table = grants.of_model(type(row))
    permission = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(row), codename=code
    ).first()
    if table is None or permission is None:
        raise GrantRefused(f"{code} can't be given on a single {row._meta.verbose_name}.")
    if permissions.find(code).high:
        raise GrantRefused(f"{code} comes by role alone, since it needs a fresh second factor.")
    return table, permission


def _keep(grant: ObjectGrant) -> None:
    """Save a new grant; say in words what the database refuses of it."""
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        if "_once_at_a_time" in str(error):
            raise GrantRefused("They have this permission at that time already.") from error
        raise GrantRefused("A grant must end after it begins.") from error


@transaction.atomic
def end(*, grant: ObjectGrant, by: Actor, at: datetime, reason: str) -> ObjectGrant:
    """End a grant at ``at``; it counts from the next request. Raises GrantRefused."""
    held = type(grant).objects.select_for_update().filter(pk=grant.pk).first()
    if held is None or (held.ends is not None and held.ends <= at):
        raise GrantRefused("This grant has ended already, or never was.")
    held.ends = at
    held.save(update_fields=["ends"])
    events.record("accounts.grant.ended", subject=held, actor=by, at=at, reason=reason)
    return held
