"""What came in for instalments, and what of it was taken back."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery

from licenses.models import Receipt, Reversal


def of(instalment_ids: Iterable[UUID]) -> dict[UUID, list[Receipt]]:
    """Return the receipts of instalments, the oldest first; one query.

    ``taken_back`` of each is why it was taken back, None where it stands.
    """
    found: dict[UUID, list[Receipt]] = {one: [] for one in instalment_ids}
    why = Reversal.objects.filter(receipt=OuterRef("pk")).values("reason")
    rows = Receipt.objects.filter(instalment__in=list(found)).annotate(taken_back=Subquery(why))
    for row in rows.order_by("on", "id"):
        found[row.instalment_id].append(row)
    return found


def came(instalment_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Return how much came in for each instalment, without what was taken back; one query."""
    return {key: total(rows) for key, rows in of(instalment_ids).items()}


def total(rows: Iterable[Receipt]) -> Decimal:
    """Return what the standing receipts of one instalment, read by `of`, come to."""
    return sum((row.amount for row in rows if taken_back(row) is None), Decimal(0))


def taken_back(row: Receipt) -> str | None:
    """Return why a receipt that `of` read was taken back, None where it stands."""
    found: str | None = getattr(row, "taken_back")  # noqa: B009  # unknown to the model
    return found
