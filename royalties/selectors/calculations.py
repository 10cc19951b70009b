"""A deal's calculation of one period, from what the database holds: for a run, or once more."""

import functools
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


def own_matcher() -> Matcher:
    """Return the territory matcher of the open organisation, its own venues and groups included."""
    return functools.partial(matcher, atlas=atlas.in_force())


def work_out(asked: Asked, *, lines_of: LinesOf, places: Matcher) -> Calculation:
    """Return the calculation. Raises the refusals of ``royalties.engine.errors``."""
    assert asked.period.end is not None
    return calculate(
        asked.terms,
        period=asked.label,
        lines=lines_of(asked.period.start, asked.period.end),
        costs=given.costs(asked.deal, asked.period),
        opening=asked.opening,
        rates=asked.tables,
        fx=given.exchange(asked.terms, asked.period, asked.known_at),
        matcher=places,
    )


def again(result: RunResult) -> Calculation:
    """Return the calculation behind a stored result, from the same inputs; raise NotTheSame."""
    terms = read_deal(result.version.document)
    tables, _ = given.tables(result.inputs["tables"])
    asked = Asked(
        result.deal,
        terms,
        result.period,
        Period.of(result.period, year_starts=terms.year_starts),
        result.opening,
        tables,
        datetime.fromisoformat(result.inputs["known_at"]),
    )
    found = work_out(asked, lines_of=lines.in_period, places=own_matcher())
    if found.results_hash != result.results_hash:
        raise NotTheSame(
            f"{result.deal.code} {result.period} calculates to {found.results_hash[:12]}, not to "
            f"{result.results_hash[:12]} as kept. Ask operations to verify the ledger.",
            deal=result.deal.code,
            period=result.period,
        )
    return found
