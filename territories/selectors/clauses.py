"""A clause about places as other tables store it: as written, and resolved under a date rule."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from kernel.errors import DomainError
from territories.geography import expressions, resolver
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases


class EmptyClause(DomainError):
    """A clause that covers no place on the day it is read."""

    code = "empty_territory"
    status = 422


class DateRule(models.TextChoices):
    """Which day's members a group in a clause has."""

    SIGNATURE = "signature", "As the groups were on the day of signature"
    CURRENT = "current", "As the groups are on the day that is asked about"


@dataclass(frozen=True, slots=True)
class Clause:
    """What to store: the canonical ``text``, the ``places`` it means and why it means them.

    ``changes_on`` is the first day on which the same words may mean other places: resolve again
    then. It is None for a clause bound to its signature.
    """

    text: str
    places: SpanSet
    rule: DateRule
    resolved_on: date
    changes_on: date | None


def read(
    text: str,
    *,
    rule: DateRule,
    signed_on: date,
    on: date,
    as_known_at: datetime | None = None,
) -> Clause:
    """Return the clause ``text`` for storage, with the organisation's own venues and groups.

    ``signed_on`` is used by the rule *signature*, ``on`` by the rule *current*. Raises
    ``UnknownTerritory``, ``BadExpression`` or ``EmptyClause``.
    """
    known = atlases.in_force(expressions.words(text), as_known_at=as_known_at)
    expression = expressions.parse(text, atlas=known)
    day = signed_on if rule == DateRule.SIGNATURE else on
    places = resolver.resolve(expression, on=day, atlas=known)
    if not places:
        raise EmptyClause(
            f"{expression} covers no place on {day}. Check the groups' dates and exceptions.",
            expression=str(expression),
            on=day.isoformat(),
        )
    later = [change for change in resolver.change_dates(expression, atlas=known) if change > day]
    changes_on = later[0] if later and rule == DateRule.CURRENT else None
    return Clause(str(expression), places, DateRule(rule), day, changes_on)
