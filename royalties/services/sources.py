"""When each source is expected to report: its rule, set by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation.locks import RowGone
from kernel.errors import DomainError
from kernel.period import Period, label_kind
from royalties.linestore.sources import key
from royalties.models import SourceRule

LONGEST = 730
EARLIEST = 1990
ITS = {"month": "2026-01", "quarter": "2026-Q1", "half": "2026-H1", "year": "2026"}


class SourceRuleRefused(DomainError):
    """A rule that doesn't fit; says what would."""

    code = "source_rule_refused"
    status = 422


class SourceRuleChanged(DomainError):
    """Somebody else changed the same rule since it was shown."""

    code = "source_rule_changed"


@transaction.atomic
def set_rule(
    *,
    rule_id: UUID | None = None,
    source: str,
    every: str,
    due_after: int,
    first: str,
    last: str = "",
    version: int = 0,
    by: Actor,
    at: datetime,
) -> SourceRule:
    """Say that a source reports each ``every`` (month, quarter, half, year), ``due_after`` days
    after the period's last day, from the period ``first`` to ``last`` (empty: until changed).

    ``rule_id`` and ``version`` name the rule that is changed; without them it is a new one. A
    source has one rule at a time. Raises SourceRuleRefused, SourceRuleChanged, RowGone.
    """
    old = _locked(rule_id, version) if rule_id else None
    name = " ".join(source.split())
    if not key(name) or len(name) > 200:
        raise SourceRuleRefused("Name the source, in at most 200 characters.", field="source")
    if not 0 <= due_after <= LONGEST:
        raise SourceRuleRefused(f"Choose between 0 and {LONGEST} days.", field="due_after")
    days = _days(every, first, last)
    row = old or SourceRule(version=0)
    before = _told(old) if old else None
    row.source, row.key, row.every, row.due_after = name, key(name), every, due_after
    row.first_day, row.end_day = days.start, days.end
    _alone(row)
    row.version, row.set_by, row.set_at = row.version + 1, by.actor_id, at
    row.save()
    events.record(
        "royalties.source_rule.set", subject=row, actor=by, at=at, before=before, after=_told(row)
    )
    return row


@transaction.atomic
def remove(*, rule_id: UUID, version: int, by: Actor, at: datetime) -> SourceRule:
    """Take a rule away: its source is expected no more. Raises SourceRuleChanged, RowGone."""
    row = _locked(rule_id, version)
    events.record("royalties.source_rule.removed", subject=row, actor=by, at=at, before=_told(row))
    SourceRule.objects.filter(pk=row.pk).delete()
    return row


def _locked(rule_id: UUID, version: int) -> SourceRule:
    row = SourceRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise RowGone("This rule is gone. Look at the list again.")
    if row.version != version:
        raise SourceRuleChanged(
            "Somebody changed this rule meanwhile. Look at it again, then save yours."
        )
    return row


def _days(every: str, first: str, last: str) -> Period:
    """Return the days for which the rule holds. Raises SourceRuleRefused."""
    if every not in ITS:
        raise SourceRuleRefused("Choose how often it reports.", field="every")
    for name, label in (("first", first), ("last", last)):
        if label and label_kind(label) != every:
            raise SourceRuleRefused(f"{label} is no {every}. Write it as {ITS[every]}.", field=name)
    begins, ends = Period.of(first), Period.of(last) if last else None
    if begins.start.year < EARLIEST:
        raise SourceRuleRefused(f"Begin it in {EARLIEST} or later.", field="first")
    if ends is not None and ends.start < begins.start:
        raise SourceRuleRefused(f"{last} lies before {first}.", field="last")
    return Period(begins.start, ends.end if ends else None)


def _alone(row: SourceRule) -> None:
    """Refuse a second rule for the same source and time; the database does so, too."""
    others = SourceRule.objects.select_for_update().filter(key=row.key).exclude(pk=row.pk)
    mine = Period(row.first_day, row.end_day)
    for other in others:
        theirs = Period(other.first_day, other.end_day)
        if mine.overlaps(theirs):
            until = f"to {theirs.last_day}" if theirs.end else "on"
            raise SourceRuleRefused(
                f"{other.source} has a rule from {other.first_day} {until}. End that one first, or "
                "change it.",
                field="source",
            )


def _told(row: SourceRule) -> dict[str, Any]:
    names = ("source", "every", "due_after", "first_day", "end_day")
    return {name: getattr(row, name) for name in names}
