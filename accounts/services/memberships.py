"""Give a role, end a role."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts import permissions
from accounts.models import CustomRole, Membership, Team, User
from accounts.selectors import access
from audit.actors import Actor
from audit.services import events
from foundation.tenancy import current_org
from kernel.errors import DomainError


class RoleRefused(DomainError):
    """A role that can't be given or ended; says why."""

    code = "role_refused"


@transaction.atomic
def give(
    *,
    user: User | Team,
    role: str,
    by: Actor,
    at: datetime,
    ends: datetime | None = None,
    reason: str = "",
    temporary: bool = False,
    facts: Iterable[tuple[str, Mapping[str, Any]]] = (),
) -> Membership:
    """Give a person, or all of a team, a role from ``at`` (until ``ends``, not included).

    ``facts`` came true by the same deed. Raises RoleRefused.
    """
    known = role in permissions.ROLES or CustomRole.objects.filter(code=role).exists()
    if not known:
        names = ", ".join(permissions.ROLES)
        raise RoleRefused(f"{role!r} is no role here. Built in are: {names}.", role=role)
    membership = Membership(
        role=role,
        starts=at,
        ends=ends,
        reason=reason,
        granted_by=by.actor_id,
        temporary=temporary,
        **({"team": user} if isinstance(user, Team) else {"user": user}),
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
        facts=facts,
    )
    return membership


def _explained(error: IntegrityError, role: str) -> DomainError:
    if "_once_at_a_time" in str(error):
        return RoleRefused("They have this role at that time already.", role=role)
    if "membership_temporary_ends" in str(error):
        return RoleRefused("A temporary role needs an end.", role=role)
    return RoleRefused("A role must end after it begins.", role=role)


@transaction.atomic
def end(*, membership_id: UUID, by: Actor, at: datetime, reason: str) -> Membership:
    """End a role at ``at``; it takes effect with the next request. Raises RoleRefused."""
    found = Membership.objects.select_for_update().filter(pk=membership_id).first()
    if found is None or (found.ends is not None and found.ends <= at):
        raise RoleRefused("This role has ended already, or never was.")
    found.ends = at
    found.save(update_fields=["ends"])
    access.forget()
    if found.role == permissions.ADMINISTRATOR:
        keep_an_administrator(at)
    events.record("accounts.role.ended", subject=found, actor=by, at=at, reason=reason)
    return found


def keep_an_administrator(at: datetime) -> None:
    """Refuse the deed in hand where it leaves no administrator; ends are made one by one.

    Raises RoleRefused, which must end the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_lock_name()])
    if not access.administrators(at):
        raise RoleRefused("This is the last administrator. Make somebody else one first.")


def _lock_name() -> str:
    return f"accounts.administrators/{current_org()}"
