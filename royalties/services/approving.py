"""Look at a run before it is posted: review, a second person's approval, the rule for both."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.changes import Kind
from accounts.services import changes
from audit.actors import Actor
from audit.services import events
from foundation.locks import lock_for_change
from kernel.errors import DomainError
from royalties import permissions
from royalties.models import PostingRule, Run
from royalties.selectors import approving
from royalties.services.runs import RunNotReady, check_unchanged

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User


class RuleChanged(DomainError):
    """Somebody else set the rule since it was shown."""

    code = "posting_rule_changed"


@transaction.atomic
def set_rule(*, asks: str, version: int, by: Actor, at: datetime) -> PostingRule:
    """Set what runs need before they are posted: nothing, review or approval.

    ``version`` is that of the rule that was shown, 0 where there was none. Raises RuleChanged.
    """
    old = PostingRule.objects.select_for_update().first()
    if (old.version if old else 0) != version:
        raise RuleChanged("Somebody else has set the rule meanwhile. Look at it, then set it.")
    before = {"asks": old.asks} if old else None
    row = old or PostingRule(version=0)
    row.asks, row.version, row.set_by, row.set_at = asks, row.version + 1, by.actor_id, at
    row.save()
    events.record(
        "royalties.run.rule_set",
        subject=row,
        actor=by,
        at=at,
        before=before,
        after={"asks": asks},
    )
    return row


@transaction.atomic
def review(*, run_id: UUID, results_hash: str, note: str, by: Actor, at: datetime) -> Run:
    """Note that somebody looked at a run's results, and what they found; again takes the new note.

    Raises RunNotReady where it isn't calculated, where the results aren't those that were seen, or
    once it is approved.
    """
    run = _calculated(run_id, "reviewed")
    if run.results_hash != results_hash:
        raise RunNotReady(
            f"{run.period} was calculated anew since. Look at its results again.", state="stale"
        )
    if run.approved_at is not None:
        raise RunNotReady(f"{run.period} is approved; its review stays.", state="approved")
    run.reviewed_at, run.reviewed_by, run.review_note = at, by.actor_id, note
    run.save(update_fields=["reviewed_at", "reviewed_by", "review_note"])
    events.record(
        "royalties.run.reviewed",
        subject=run,
        actor=by,
        at=at,
        reason=note,
        after={"period": run.period, "results_hash": run.results_hash},
    )
    return run


@transaction.atomic
def ask(*, run_id: UUID, reason: str, by: "User", at: datetime) -> "ChangeRequest":
    """Ask a second person to approve a reviewed run. Raises RunNotReady and what `propose` does."""
    run = _calculated(run_id, "approved")
    if run.reviewed_at is None:
        raise RunNotReady(
            f"Review {run.period} first: its approver reads the note.", state=run.state
        )
    if run.approved_at is not None:
        raise RunNotReady(f"{run.period} is approved already. Post it.", state="approved")
    return changes.propose(
        kind=approving.APPROVE,
        target_id=run.pk,
        base_version=1,
        payload={"period": run.period, "results_hash": run.results_hash},
        reason=reason,
        by=by,
        at=at,
    )


def approve(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Mark the run as approved; called by the approval, in its transaction.

    Raises RunNotReady where what it read has changed since it was calculated.
    """
    run = _calculated(target_id, "approved")
    if run.results_hash != payload["results_hash"]:
        raise RunNotReady("The results aren't those that were reviewed.", state="stale")
    check_unchanged(run)
    run.approved_at, run.approved_by_request = at, request.pk
    run.save(update_fields=["approved_at", "approved_by_request"])
    events.record(
        "royalties.run.approved",
        subject=run,
        actor=by,
        at=at,
        after={"period": run.period, "results_hash": run.results_hash},
    )


def describe(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what an approval changes, for the approver."""
    return [(f"Run of {payload['period']}", "reviewed", "approved, may be posted")]


APPROVAL = Kind(
    code=approving.APPROVE,
    label="Approve a royalty run",
    propose=permissions.RUN_REVIEW,
    approve=permissions.RUN_APPROVE,
    apply=approve,
    version=approving.version,
    describe=describe,
    consequence=(
        "The run may be posted with exactly these results: the period is closed and statements are "
        "issued. Calculated anew, it needs another approval."
    ),
)


def _calculated(run_id: UUID, what: str) -> Run:
    run: Run
    [run] = lock_for_change((Run, [run_id]))
    if run.state != Run.State.CALCULATED:
        raise RunNotReady(
            f"The run of {run.period} is {run.state}. Only a calculated run is {what}.",
            state=run.state,
        )
    return run
