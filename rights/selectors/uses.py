"""What claims depend on: so that nobody takes it away beneath them."""

from collections.abc import Iterable
from uuid import UUID

from foundation.models.keysets import among
from rights.models import Claim, Share
from rights.models.claims import Source


def holders(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the holders that claims name."""
    return set(Share.objects.filter(holder__in=among(ids)).values_list("holder_id", flat=True))


def works(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the works that have claims beside the ones they were registered with."""
    claims = Claim.every.filter(work__in=among(ids)).exclude(source=Source.DEFAULT)
    return set(claims.values_list("work_id", flat=True))
