"""The two questions of authorisation. Nothing else decides who may do what; the answer is no.

A permission comes from a role (for the whole organisation) or from a grant on one row.
"""

from typing import TypeVar

from django.db import models

from accounts import grants, permissions
from accounts.models import ServiceAccount, User
from accounts.selectors import access
from foundation.tenancy import current_org

Row = TypeVar("Row", bound=models.Model)


def can(actor: User, code: str, obj: models.Model | None = None) -> bool:
    """Return whether ``actor`` holds ``code`` now in the open organisation (and for ``obj``).

    Without ``obj`` only roles count. A row of another organisation is never within reach, whatever
    the role. Raises UnknownCode for a code that no app declares.
    """
    permissions.find(code)
    org = current_org()
    if org is None or not getattr(actor, "is_active", False):
        return False
    if obj is not None and getattr(obj, "org_id", org) != org:
        return False
    held = actor.scopes if isinstance(actor, ServiceAccount) else access.codes_of(actor.pk)
    if code in held:
        return True
    table = grants.of_model(type(obj)) if obj is not None else None
    if table is None or obj is None:
        return False
    return table.objects.of(actor.pk, code).on(obj.pk).exists()


def granted(actor: User, code: str, model: type[models.Model]) -> models.Exists | models.Q:
    """Return the condition that holds for rows of ``model`` on which ``actor`` was granted
    ``code``, or a team of theirs; for none where rows of it come by role alone."""
    permissions.find(code)
    table = grants.of_model(model)
    if table is None or current_org() is None or not getattr(actor, "is_active", False):
        return models.Q(pk__in=())
    return models.Exists(table.objects.of(actor.pk, code).on(models.OuterRef("pk")))


def scope(actor: User, code: str, rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Return those of ``rows`` for which ``can(actor, code, row)`` holds."""
    if can(actor, code):
        return rows
    return rows.filter(granted(actor, code, rows.model))
