"""How far a run is on its way to being posted, and what its organisation asks for."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.selectors import changes
from royalties.models import PostingRule, Run

if TYPE_CHECKING:
    from accounts.models import ChangeRequest

APPROVE = "royalties.run.approve"
Asks = PostingRule.Asks


def rule() -> PostingRule | None:
    """Return the organisation's rule, None where it never set one."""
    return PostingRule.objects.first()


def asks() -> str:
    """Return what a run needs before it is posted: nothing, review or approval."""
    found = rule()
    return found.asks if found else Asks.NOTHING


def lacks(run: Run) -> str:
    """Return what a calculated run still needs before it is posted: review, approval or nothing."""
    needed = asks()
    if needed != Asks.NOTHING and run.reviewed_at is None:
        return Asks.REVIEW
    if needed == Asks.APPROVAL and run.approved_at is None:
        return Asks.APPROVAL
    return Asks.NOTHING


def stages() -> list[str]:
    """Return the names of a run's stages, as this organisation goes through them."""
    return [
        "Open",
        "Calculated",
        *(["Reviewed"] if asks() != Asks.NOTHING else []),
        *(["Approved"] if asks() == Asks.APPROVAL else []),
        "Posted",
    ]


def stage(run: Run | None) -> str:
    """Return the last stage that a run has reached; of a review nobody asks for, too."""
    if run is None or run.state not in (Run.State.CALCULATED, Run.State.POSTED):
        return "Open"
    if run.state == Run.State.POSTED:
        return "Posted"
    if run.approved_at is not None and asks() == Asks.APPROVAL:
        return "Approved"
    return "Reviewed" if run.reviewed_at and asks() != Asks.NOTHING else "Calculated"


def ready(period: str) -> UUID | None:
    """Return the calculated run of a period that has all it needs, where a rule asks for any."""
    if asks() == Asks.NOTHING:
        return None
    run = Run.objects.filter(period=period, state=Run.State.CALCULATED).first()
    return run.pk if run is not None and lacks(run) == Asks.NOTHING else None


def version(run_id: UUID) -> int:
    """Return 1 while there are results to approve, 0 once they gave way or are posted."""
    return Run.objects.filter(pk=run_id, state=Run.State.CALCULATED).count()


def waits(run: Run, *, at: datetime) -> "ChangeRequest | None":
    """Return the request for a run's approval that waits."""
    return changes.open_on(APPROVE, run.pk, at=at)
