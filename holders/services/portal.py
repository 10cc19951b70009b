"""Let people see a holder's statements, for a time."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.permissions import CREATOR
from accounts.selectors import people as known
from accounts.services import memberships, people
from audit.services import events
from holders.models import HolderUser
from holders.services import holders
from kernel.errors import DomainError

if TYPE_CHECKING:
    from audit.actors import Actor


class AccessRefused(DomainError):
    """Portal access that can't be given or ended as asked."""

    code = "portal_access_refused"


@transaction.atomic
def give(
    *,
    holder_id: UUID,
    user_id: UUID,
    actor: "Actor",
    at: datetime,
    ends: datetime | None = None,
    reason: str = "",
) -> HolderUser:
    """Let a person see a holder's statements from ``at`` (until ``ends``, not included).

    Raises UnknownHolder or AccessRefused.
    """
    holder = holders.locked(holder_id)
    if holder.reserved:
        raise AccessRefused(f"{holder.name} is nobody's: nobody looks in on its behalf.")
    if ends is not None and ends <= at:
        raise AccessRefused("Access must end after it begins.")
    access = HolderUser(
        holder=holder,
        user_id=user_id,
        starts=at,
        ends=ends,
        granted_by=actor.actor_id,
        reason=reason,
    )
    try:
        with transaction.atomic():
            access.save(force_insert=True)
    except IntegrityError as error:
        raise AccessRefused("The person has access to this holder at that time already.") from error
    events.record(
        "holders.portal.given",
        subject=holder,
        actor=actor,
        at=at,
        reason=reason,
        after={"user": user_id, "ends": ends},
    )
    return access


@transaction.atomic
def end(*, access_id: UUID, actor: "Actor", at: datetime, reason: str) -> HolderUser:
    """End a person's access at ``at``; the next request is refused. Raises AccessRefused."""
    access = HolderUser.objects.select_for_update().filter(pk=access_id).first()
    if access is None or at <= access.starts or (access.ends is not None and access.ends <= at):
        raise AccessRefused("This access has ended already, or never was.")
    before, access.ends = access.ends, at
    access.save(update_fields=["ends"])
    events.record(
        "holders.portal.ended",
        subject=access.holder,
        actor=actor,
        at=at,
        reason=reason,
        before={"ends": before},
        after={"user": access.user_id, "ends": at},
    )
    return access


@transaction.atomic
def invite(
    *,
    holder_id: UUID,
    email: str,
    actor: "Actor",
    at: datetime,
    name: str = "",
    ends: datetime | None = None,
    reason: str = "",
) -> HolderUser:
    """Let whoever has that address see a holder's statements; who has no role yet is invited.

    They get the role of a creator and a mail that says how to sign in. Raises as ``give`` does.
    """
    try:
        with transaction.atomic():
            user = people.invite(email=email, name=name, role=CREATOR, by=actor, at=at)
    except memberships.RoleRefused:
        user = known.by_email(email)
    return give(holder_id=holder_id, user_id=user.pk, actor=actor, at=at, ends=ends, reason=reason)
