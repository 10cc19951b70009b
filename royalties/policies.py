"""Which statements somebody sees: all by role, or those of the holders whose portal they have; and
single ones that they, or a team of theirs, were granted."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import policies
from holders.selectors import holders
from royalties.models import Statement
from royalties.permissions import STATEMENT_ALL, STATEMENT_SEE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def visible(actor: "User") -> "QuerySet[Statement]":
    """Return the statements that ``actor`` may see."""
    if policies.can(actor, STATEMENT_SEE) and policies.can(actor, STATEMENT_ALL):
        return Statement.objects.all()
    seen = policies.granted(actor, STATEMENT_SEE, Statement)
    if policies.can(actor, STATEMENT_SEE):
        seen = Q(holder__in=holders.portal_of(actor.pk)) | Q(seen)
    return Statement.objects.filter(seen)
