"""How webhooks stand: what waits, what was given up, when one was told last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from integrations.models import Attempt

_WAITS, _FAILED = Q(state=Attempt.State.WAITING), Q(state=Attempt.State.FAILED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of one webhook waits and was given up, and when it took something last."""

    waiting: int = 0
    given_up: int = 0
    taken_at: datetime | None = None


def standing(endpoint_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Return how each of these webhooks stands; one question. Without deliveries: left out."""
    rows = Attempt.objects.filter(endpoint__in=list(endpoint_ids)).values("endpoint")
    counted = rows.annotate(
        waiting=Count("pk", filter=_WAITS),
        given_up=Count("pk", filter=_FAILED),
        taken_at=Max("ended_at", filter=Q(state=Attempt.State.DELIVERED)),
    )
    return {
        row["endpoint"]: Standing(row["waiting"], row["given_up"], row["taken_at"])
        for row in counted.order_by()
    }
