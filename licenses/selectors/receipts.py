"""What came in for instalments."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from licenses.models import Receipt


def of(instalment_ids: Iterable[UUID]) -> dict[UUID, list[Receipt]]:
    """Return the receipts of instalments, the oldest first; one query."""
    found: dict[UUID, list[Receipt]] = {one: [] for one in instalment_ids}
    for row in Receipt.objects.filter(instalment__in=list(found)).order_by("on", "id"):
        found[row.instalment_id].append(row)
    return found


def came(instalment_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Return how much came in for each instalment; one query."""
    return {key: total(rows) for key, rows in of(instalment_ids).items()}


def total(rows: Iterable[Receipt]) -> Decimal:
    """Return what receipts of one instalment come to."""
    return sum((row.amount for row in rows), Decimal(0))
