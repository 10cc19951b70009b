"""Places, groups, expressions and rates as pages show them."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from territories.geography import expressions, resolver
from territories.geography.allocation import register
from territories.geography.atlas import countries
from territories.geography.groups import Group
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet
from territories.models import OrgGroup, Territory, Venue
from territories.models.rights import RateKind
from territories.selectors import atlas as atlases
from territories.selectors import names as naming
from territories.selectors import places

MOST = 600


def below(code: str) -> list[Territory]:
    """Return the public places right below one, by code."""
    return list(Territory.objects.filter(parent_id=code).order_by("name")[:MOST])


def place(code: str) -> Territory | None:
    """Return a public place."""
    return Territory.objects.filter(code=code).first()


def above(code: str) -> list[tuple[str, str]]:
    """Return the places around one with their names, the world first, itself left out."""
    around = places.ancestors(code)[:0:-1]
    known = places.names(around)
    return [(one, known.get(one, one)) for one in around]


@dataclass(frozen=True, slots=True)
class Membership:
    """A country's time in a group; ``last_day`` included, open sides None."""

    code: str
    name: str
    starts: date | None
    last_day: date | None
    now: bool


def members(group: Group, on: date) -> list[Membership]:
    """Return who belongs, or belonged, to a group: the members of ``on`` first."""
    known = places.names(one.code for one in group.members)
    rows = [
        Membership(
            one.code,
            known.get(one.code, one.code),
            one.start,
            date.fromordinal(one.end.toordinal() - 1) if one.end else None,
            one.on(on),
        )
        for one in group.members
    ]
    return sorted(rows, key=lambda row: (not row.now, row.name, row.starts or date.min))


@dataclass(frozen=True, slots=True)
class Meant:
    """What an expression means on a day: whole countries, and those of which it covers a part."""

    canonical: str
    shortest: str
    whole: list[tuple[str, str]]
    part: list[tuple[str, str]]
    changes: list[date]


def meant(text: str, on: date) -> Meant:
    """Return what an expression means. Raises what territory expressions raise."""
    known = atlases.in_force(expressions.words(text))
    expression = expressions.parse(text, atlas=known)
    covered = resolver.resolve(expression, on=on, atlas=known)
    spans = {code: SpanSet((register()[code].span,)) for code in countries()}
    whole = [code for code, span in spans.items() if covered.covers(span)]
    part = [
        code for code, span in spans.items() if covered.overlaps(span) and not covered.covers(span)
    ]
    told = places.names([*whole, *part])
    later = [day for day in resolver.change_dates(expression, atlas=known) if day > on]
    return Meant(
        str(expression),
        naming.words_for(covered) or "",
        sorted(((code, told[code]) for code in whole), key=lambda one: one[1]),
        sorted(((code, told[code]) for code in part), key=lambda one: one[1]),
        later[:5],
    )


def own_groups() -> list[OrgGroup]:
    """Return what the organisation's own words mean, by word and day."""
    return list(OrgGroup.objects.known_at().order_by("code", "starts")[:MOST])


def venues() -> list[Venue]:
    """Return the organisation's venues by code."""
    return list(Venue.objects.order_by("code")[:MOST])


def right_of(row: Any) -> str:
    """Return the name of the right type that a rate is about."""
    return right_types()[row.right_type_id].name


def rights() -> list[tuple[str, str]]:
    """Return the right types with their names, by name."""
    return sorted(((code, right.name) for code, right in right_types().items()), key=itemgetter(1))


def checked(row: Any) -> tuple[str, str]:
    """Return whether a rate is one to calculate with, or an example, as a badge."""
    return ("Example", "warning") if row.example else ("Rate", "plain")


def last_day(row: Any) -> date | None:
    """Return the last day on which a rate holds, None where it has no end."""
    return date.fromordinal(row.ends.toordinal() - 1) if row.ends else None


def amount(row: Any) -> str:
    """Return a rate in words: percent of what, or money a unit and a minute."""
    value = f"{row.value.normalize():f}"
    if row.kind == RateKind.PERCENT:
        return f"{value} % of {row.basis.replace('_', ' ')}"
    more = f", or {row.per_minute.normalize():f} a minute" if row.per_minute else ""
    return f"{value} {row.currency} a unit{more}"
