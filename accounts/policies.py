"""The two questions of authorisation. Nothing else decides who may do what; the answer is no."""

from typing import TypeVar

from django.db import models

from accounts import permissions
from accounts.models import ServiceAccount, User
from accounts.selectors import access
from foundation.tenancy import current_org

Row = TypeVar("Row", bound=models.Model)


def can(actor: User, code: str, obj: models.Model | None = None) -> bool:
    """Return whether ``actor`` holds ``code`` now in the open organisation (and for ``obj``).

    A row of another organisation is never within reach, whatever the role. Raises UnknownCode for
    a code that no app declares.
    """
    permissions.find(code)
    org = current_org()
    if org is None or not getattr(actor, "is_active", False):
        return False
    if obj is not None and getattr(obj, "org_id", org) != org:
        return False
    held = actor.scopes if isinstance(actor, ServiceAccount) else access.codes_of(actor.pk)
    return code in held


def scope(actor: User, code: str, rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Return those of ``rows`` for which ``can(actor, code, row)`` holds."""
    return rows if can(actor, code) else rows.none()
