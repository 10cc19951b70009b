"""A claim's words, resolved: one box for each stretch of days in which they mean the same."""

from dataclasses import dataclass
from datetime import date

from kernel.errors import DomainError
from rights.engine.boxes import Box, Window
from rights.models.claims import DateRule
from territories.geography import expressions, resolver
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases
from territories.selectors.clauses import EmptyClause


class UnknownRight(DomainError):
    """A right type that the tree doesn't have."""

    code = "unknown_right_type"
    status = 422


@dataclass(frozen=True, slots=True)
class Clause:
    """The canonical words, what they cover, and the day whose groups they were read with."""

    text: str
    box: Box
    resolved_on: date


def right_span(code: str) -> SpanSet:
    """Return a right type's interval. Raises UnknownRight with the nearest names."""
    known = right_types().get(code.strip().lower())
    if known is None:
        near = [one for one in right_types() if code.strip().lower()[:4] in one][:5]
        raise UnknownRight(
            f"{code!r} is no right type. Look at the list of right types.", suggestions=near
        )
    return SpanSet((known.span,))


def kin(code: str) -> list[str]:
    """Return the right types around and below one, itself included. Raises UnknownRight."""
    span = right_span(code)
    return [one.code for one in right_types().values() if span.overlaps(SpanSet((one.span,)))]


def boxes(
    *, right_type: str, territory: str, window: Window, rule: str, signed_on: date
) -> list[Clause]:
    """Return what the words cover, in time's order.

    With the rule *current* the days are cut wherever a group's members change, as far as is known
    today. Raises UnknownRight, UnknownTerritory, BadExpression or EmptyClause.
    """
    rights = right_span(right_type)
    known = atlases.in_force(expressions.words(territory))
    expression = expressions.parse(territory, atlas=known)
    if rule == DateRule.SIGNATURE:
        stretches = [(signed_on, window)]
    else:
        days = resolver.change_dates(expression, atlas=known)
        edges = [window.low, *(day for day in days if window.low < day < window.high), window.high]
        stretches = [
            (start, Window(start, end)) for start, end in zip(edges, edges[1:], strict=False)
        ]
    found: list[Clause] = []
    for day, days_of_it in stretches:
        places = resolver.resolve(expression, on=day, atlas=known)
        if found and found[-1].box.places == places and found[-1].box.window.high == days_of_it.low:
            days_of_it = Window(found[-1].box.window.start, days_of_it.end)
            day = found.pop().resolved_on
        if places:
            found.append(Clause(str(expression), Box(rights, places, days_of_it), day))
    if not found:
        raise EmptyClause(
            f"{expression} covers no place on {signed_on}. Check the groups' dates and exceptions.",
            expression=str(expression),
        )
    return found
