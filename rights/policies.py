"""Who may see which claims."""

from typing import TYPE_CHECKING, cast

from accounts.policies import scope
from rights.models import Claim
from rights.models.claims import ClaimQuerySet
from rights.permissions import CLAIM_VIEW

if TYPE_CHECKING:
    from accounts.models import User


def claims_seen_by(actor: "User") -> ClaimQuerySet:
    """Return the claims that somebody may see, to be asked ``among``."""
    return cast(ClaimQuerySet, scope(actor, CLAIM_VIEW, Claim.objects.all()))
