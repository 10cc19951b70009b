"""An organisation's own rules on explicit content: laid down, and withdrawn."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from kernel.errors import DomainError
from kernel.period import Period
from territories.geography import expressions
from territories.models import OrgExplicitRule
from territories.selectors import atlas as atlases

if TYPE_CHECKING:
    from audit.actors import Actor


class BadExplicitRule(DomainError):
    """A rule that can't be laid down or withdrawn as asked."""

    code = "bad_explicit_rule"
    status = 422


@transaction.atomic
def lay_down(
    *,
    expression: str,
    forbids: bool,
    period: Period | None,
    basis: str,
    actor: "Actor",
    at: datetime,
) -> UUID:
    """Forbid explicit content in some places, or let public rules not hold there; return the rule.

    ``period`` None is always. Groups have their members of the day that is asked about. Raises
    BadExplicitRule, UnknownTerritory or BadExpression.
    """
    if not basis.strip():
        raise BadExplicitRule("Say what the rule rests on: a law, a licence, a decision.")
    known = atlases.in_force(expressions.words(expression))
    read = expressions.parse(expression, atlas=known)
    starts, ends = (period.start, period.end) if period else (None, None)
    rule = OrgExplicitRule(
        expression=str(read),
        forbids=forbids,
        starts=starts,
        ends=ends,
        basis=basis.strip()[:500],
        recorded_at=at,
    )
    rule.save(force_insert=True)
    events.record(
        "territories.explicit_rule.laid_down",
        subject=rule,
        actor=actor,
        at=at,
        reason=rule.basis,
        after={"expression": rule.expression, "forbids": forbids},
    )
    return rule.pk


@transaction.atomic
def withdraw(*, rule_id: UUID, reason: str, actor: "Actor", at: datetime) -> None:
    """End an own rule, as if it had never held. Raises BadExplicitRule."""
    rule = OrgExplicitRule.objects.select_for_update().known_at().filter(pk=rule_id).first()
    if rule is None:
        raise BadExplicitRule(f"There is no own rule {rule_id}. Look at the list of rules.")
    if not reason.strip():
        raise BadExplicitRule("Say why the rule is withdrawn.")
    OrgExplicitRule.objects.filter(pk=rule_id).update(superseded_at=max(at, rule.recorded_at))
    events.record(
        "territories.explicit_rule.withdrawn",
        subject=rule,
        actor=actor,
        at=at,
        reason=reason,
        before={"expression": rule.expression, "forbids": rule.forbids},
    )
