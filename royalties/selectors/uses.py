"""What deals, sales and statements depend on: so that nobody takes it away beneath them."""

from collections.abc import Iterable
from uuid import UUID

from foundation.models.keysets import among
from royalties.models import DealPayee, DealVersion, MatchKey, MatchRule, Rematch, Statement


def holders(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the holders that deals pay or statements are for."""
    listed = list(ids)
    return {
        key
        for model in (DealPayee, Statement)
        for key in model.objects.filter(holder__in=among(listed)).values_list(
            "holder_id", flat=True
        )
    }


def works(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the works that sales lines were matched to, or rules name."""
    listed = list(ids)
    return {
        key
        for model in (MatchKey, MatchRule, Rematch)
        for key in model.objects.filter(work__in=among(listed)).values_list("work_id", flat=True)
    }


def works_in_deals(names: Iterable[str]) -> set[str]:
    """Return those of the works' names (code, or id without one) that deals say they cover."""
    covered = DealVersion.objects.values_list("document__covers__work", flat=True)
    asked = set(names)
    return {name for listed in covered if listed for name in listed if name in asked}
