"""Write down that the gate refused somebody a work."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from audit.services import events

if TYPE_CHECKING:
    from audit.actors import Actor


def record(*, work_id: UUID, reason: str, territory: str, by: "Actor", at: datetime) -> None:
    """Record it after the request's rollback, in a transaction of its own."""
    events.refuse(
        "rights.gate.refused",
        subject=("catalog.work", work_id),
        actor=by,
        at=at,
        reason=f"{reason} in {territory}",
    )
