"""Give a role, end a role."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import permissions
from accounts.models import CustomRole, Membership, User
from accounts.selectors import access
from audit.actors import Actor
from audit.services import events
from kernel.errors import DomainError


class RoleRefused(DomainError):
    """A role that can't be given or ended; says why."""

    code = "role_refused"


@transaction.atomic
def give(
    *,
    user: User,
    role: str,
    by: Actor,
    at: datetime,
    ends: datetime | None = None,
    reason: str = "",
    temporary: bool = False,
) -> Membership:
    """Give a person a role from ``at`` (until ``ends``, not included). Raises RoleRefused."""
    known = role in permissions.ROLES or CustomRole.objects.filter(code=role).exists()
    if not known:
        names = ", ".join(permissions.ROLES)
        raise RoleRefused(f"{role!r} is no role here. Built in are: {names}.", role=role)
    membership = Membership(
        user=user,
        role=role,
        starts=at,
        ends=ends,
        reason=reason,
        granted_by=by.actor_id,
        temporary=temporary,
    )
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise _explained(error, role) from error
    access.forget()
    events.record(
        "accounts.role.given",
        subject=membership,
        actor=by,
        at=at,
        reason=reason,
        after={"role": role, "user": user.pk, "ends": ends},
    )
    return membership


def _explained(error: IntegrityError, role: str) -> DomainError:
    if "membership_once_at_a_time" in str(error):
        return RoleRefused("The person has this role at that time already.", role=role)
    if "membership_temporary_ends" in str(error):
        return RoleRefused("A temporary role needs an end.", role=role)
    return RoleRefused("A role must end after it begins.", role=role)


@transaction.atomic
def end(*, membership_id: UUID, by: Actor, at: datetime, reason: str) -> Membership:
    """End a role at ``at``; it takes effect with the next request. Raises RoleRefused."""
    found = Membership.objects.select_for_update().filter(pk=membership_id).first()
    if found is None or (found.ends is not None and found.ends <= at):
        raise RoleRefused("This role has ended already, or never was.")
    if _last_administrator(found):
        raise RoleRefused("This is the last administrator. Make somebody else one first.")
    found.ends = at
    found.save(update_fields=["ends"])
    access.forget()
    events.record("accounts.role.ended", subject=found, actor=by, at=at, reason=reason)
    return found


def _last_administrator(membership: Membership) -> bool:
    if membership.role != permissions.ADMINISTRATOR:
        return False
    others = Membership.objects.select_for_update().in_force()
    others = others.filter(role=permissions.ADMINISTRATOR).exclude(pk=membership.pk)
    return not list(others)
