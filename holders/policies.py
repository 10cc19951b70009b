"""Which holders somebody sees: all by role, or those whose portal access they have."""

from typing import TYPE_CHECKING

from accounts import policies
from holders.models import Holder
from holders.permissions import HOLDER_VIEW
from holders.selectors import holders

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def visible(actor: "User") -> "QuerySet[Holder]":
    """Return the holders that ``actor`` may see."""
    everyone = Holder.objects.all()
    if policies.can(actor, HOLDER_VIEW):
        return policies.scope(actor, HOLDER_VIEW, everyone)
    if not getattr(actor, "is_active", False):
        return everyone.none()
    return everyone.filter(pk__in=holders.portal_of(actor.pk))
