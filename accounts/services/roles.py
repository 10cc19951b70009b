"""An organisation's own roles: a name and the permissions it holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts import permissions
from accounts.models import CustomRole
from accounts.selectors import access
from audit.actors import Actor
from audit.services import events
from kernel.errors import DomainError


class OwnRoleRefused(DomainError):
    """A role that can't be defined as wanted; says why."""

    code = "own_role_refused"


class OwnRoleChanged(DomainError):
    """Somebody else changed the same role since it was shown."""

    code = "own_role_changed"


@transaction.atomic
def define(*, name: str, codes: Iterable[str], by: Actor, at: datetime) -> CustomRole:
    """Define a role of the organisation's own; its code is made of its name.

    Raises OwnRoleRefused: unknown permissions, none at all, or a name that is taken.
    """
    wanted = _known(codes)
    code = slugify(name)[:50]
    if not code or code in permissions.ROLES or code.replace("-", "_") in permissions.ROLES:
        raise OwnRoleRefused(f"{name!r} can't name a role of your own. Choose another name.")
    role = CustomRole(code=code, name=name.strip(), permissions=wanted)
    try:
        with transaction.atomic():
            role.save(force_insert=True)
    except IntegrityError as error:
        raise OwnRoleRefused(f"There is a role {name!r} already. Choose another name.") from error
    events.record(
        "accounts.own_role.defined",
        subject=role,
        actor=by,
        at=at,
        after={"code": code, "permissions": wanted},
    )
    return role


@transaction.atomic
def change(
    *, role_id: UUID, name: str, codes: Iterable[str], version: int, by: Actor, at: datetime
) -> CustomRole:
    """Change what a role is called and what it holds, for everybody who has it.

    ``version`` is that of the role the person looked at. Raises OwnRoleRefused, and OwnRoleChanged
    where somebody changed it meanwhile.
    """
    wanted = _known(codes)
    role = CustomRole.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise OwnRoleRefused("There is no such role here.")
    if role.version != version:
        raise OwnRoleChanged("Somebody changed this role meanwhile. Look at it again.")
    before = {"name": role.name, "permissions": role.permissions}
    role.name, role.permissions, role.version = name.strip(), wanted, version + 1
    role.save(update_fields=["name", "permissions", "version"])
    access.forget()
    events.record(
        "accounts.own_role.changed",
        subject=role,
        actor=by,
        at=at,
        before=before,
        after={"name": role.name, "permissions": wanted},
    )
    return role


def _known(codes: Iterable[str]) -> list[str]:
    wanted = sorted(set(codes))
    unknown = set(wanted) - {each.code for each in permissions.every()}
    if unknown:
        raise OwnRoleRefused(f"No such permission: {', '.join(sorted(unknown))}.")
    if not wanted:
        raise OwnRoleRefused("A role needs at least one permission.")
    return wanted
