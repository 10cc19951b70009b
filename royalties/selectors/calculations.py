"""A deal's calculation of one period, from what the database holds: for a run, or once more."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine.calculate import Calculation, calculate
from royalties.engine.given import Matcher
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from royalties.engine.terms import Deal as Terms
from royalties.models import Deal, RunResult
from royalties.selectors import given, lines
from territories.geography.resolver import matcher
from territories.selectors import atlas

_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
LinesOf = Callable[[date, date], Lines]


class NotTheSame(DomainError):
    """A stored result that can't be reached again: its inputs or its figures were changed."""

    code = "result_not_reproduced"
    status = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One deal's period to calculate, with everything but the lines."""

    deal: Deal
    terms: Terms
    label: str
    period: Period
    opening: dict[str, Any]
    tables: dict[str, Any]
    known_at: datetime


def own_matcher(known_at: datetime | None = None) -> Matcher:
    """Return the territory matcher of the open organisation, its own venues and groups included.

    ``known_at``: as they were known then, not now.
    """
    return functools.partial(matcher, atlas=atlas.in_force(as_known_at=known_at))


def _first_day(lines_: Lines, costs: list[dict[str, Any]], start: date) -> date:
    """Return the first day whose exchange rate may be asked for: late lines are older."""
    days = [cost["date"] for cost in costs]
    for name in ("sold_on", "usage_end", "received_on"):
        days += [day for day in lines_.text(name).values if _DAY.match(day)]
    return min([start, *(date.fromisoformat(day) for day in days)])


def work_out(asked: Asked, *, lines_of: LinesOf, places: Matcher) -> Calculation:
    """Return the calculation. Raises the refusals of ``royalties.engine.errors``."""
    assert asked.period.end is not None
    mine = lines_of(asked.period.start, asked.period.end)
    costs = given.costs(asked.deal, asked.period)
    since = _first_day(mine, costs, asked.period.start)
    return calculate(
        asked.terms,
        period=asked.label,
        lines=mine,
        costs=costs,
        opening=asked.opening,
        rates=asked.tables,
        fx=given.exchange(asked.terms, asked.period, asked.known_at, since),
        matcher=places,
    )


def places_of(result: RunResult) -> Matcher:
    """Return the territory matcher that a stored result was calculated with."""
    return own_matcher(datetime.fromisoformat(result.inputs["known_at"]))


def asked_for(result: RunResult) -> Asked:
    """Return what a stored result was calculated from, the lines aside."""
    terms = read_deal(result.version.document)
    tables, _ = given.tables(result.inputs["tables"])
    return Asked(
        result.deal,
        terms,
        result.period,
        Period.of(result.period, year_starts=terms.year_starts),
        result.opening,
        tables,
        datetime.fromisoformat(result.inputs["known_at"]),
    )


def again(result: RunResult, *, places: Matcher | None = None) -> Calculation:
    """Return the calculation behind a stored result, from the same inputs; raise NotTheSame.

    ``places``: the matcher to ask instead of the result's own, which must answer the same.
    """
    found = work_out(
        asked_for(result), lines_of=lines.in_period, places=places or places_of(result)
    )
    if found.results_hash != result.results_hash:
        raise NotTheSame(
            f"{result.deal.code} {result.period} calculates to {found.results_hash[:12]}, not to "
            f"{result.results_hash[:12]} as kept. Ask operations to verify the ledger.",
            deal=result.deal.code,
            period=result.period,
        )
    return found
