"""Which statements somebody sees: all by role, or those of the holders whose portal they have."""

from typing import TYPE_CHECKING

from accounts import policies
from holders.selectors import holders
from royalties.models import Statement
from royalties.permissions import STATEMENT_ALL, STATEMENT_SEE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def visible(actor: "User") -> "QuerySet[Statement]":
    """Return the statements that ``actor`` may see."""
    everyone = policies.scope(actor, STATEMENT_SEE, Statement.objects.all())
    if policies.can(actor, STATEMENT_ALL):
        return everyone
    return everyone.filter(holder__in=holders.portal_of(actor.pk))
