"""Which version of a deal holds."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from kernel.errors import DomainError
from kernel.period import Period
from royalties.models import Deal, DealPayee, DealVersion, Run, RunResult


class NoDeal(DomainError):
    """There is no such deal, or no signed version for the period."""

    code = "no_deal"
    status = 404


def by_code(code: str) -> Deal:
    """Return the deal with this code; raise NoDeal."""
    found = Deal.objects.filter(code=code).first()
    if found is None:
        raise NoDeal(f"There is no deal {code!r}. Enter it with manage.py import_deal.", deal=code)
    return found


def in_force(deal: Deal, period: Period) -> DealVersion:
    """Return the signed version that holds for a whole accounting period; raise NoDeal."""
    found = DealVersion.objects.for_period(period.start).filter(deal=deal).first()
    if found is None:
        raise NoDeal(
            f"Deal {deal.code} has no signed version for the period from {period.start}. "
            "Sign one first.",
            deal=deal.code,
        )
    return found


def latest_signed(deal_id: UUID) -> int:
    """Return the number of the newest signed version, 0 if there is none."""
    newest = DealVersion.objects.signed().filter(deal_id=deal_id).order_by("-number").first()
    return newest.number if newest else 0


def names(deal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return deals' names by id."""
    return {deal.pk: str(deal) for deal in Deal.objects.filter(pk__in=deal_ids)}


def codes(deal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return deals' codes by id."""
    return dict(Deal.objects.filter(pk__in=deal_ids).values_list("pk", "code"))


def last_closing(deal_id: UUID) -> dict[str, Any] | None:
    """Return the balances after the deal's last posted period, None before the first."""
    rows = RunResult.objects.filter(deal_id=deal_id, run__state=Run.State.POSTED)
    found: dict[str, Any] | None = (
        rows.order_by("-end_day").values_list("closing", flat=True).first()
    )
    return found


def holders_of(deals: Iterable[UUID]) -> dict[UUID, dict[str, UUID]]:
    """Return who each payee of each deal is."""
    found: dict[UUID, dict[str, UUID]] = {deal: {} for deal in deals}
    rows = DealPayee.objects.filter(deal__in=list(found))
    for deal, payee, holder in rows.values_list("deal_id", "payee", "holder_id"):
        found[deal][payee] = holder
    return found
