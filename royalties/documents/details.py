"""A statement's rows with titles beside the codes: what CSV, XLSX and JSON hold in full."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import islice
from typing import Any

from catalog.selectors import works
from kernel.period import Period
from royalties.models import Statement
from royalties.selectors import statements

TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Detail:
    """One row; units and amount are text, what a row has not is empty."""

    deal: str
    clause: str
    kind: str
    work: str
    title: str
    territory: str
    channel: str
    source: str
    right_type: str
    units: str
    amount: str


NAMES = tuple(field.name for field in fields(Detail))
FIGURES = ("units", "amount")


def of(statement: Statement) -> Iterator[Detail]:
    """Yield every row of a statement, deal by deal."""
    return titled(statements.rows(statement))


def titled(rows: Iterable[dict[str, Any]]) -> Iterator[Detail]:
    """Yield rows of ``selectors.statements.rows`` with their works' titles."""
    left = iter(rows)
    while some := list(islice(left, TOGETHER)):
        titles = works.named({row["work"] for row in some if row["work"]})
        for row in some:
            given = {name: row.get(name) or "" for name in NAMES}
            yield Detail(**{**given, "title": titles.get(row["work"] or "", "")})


def last_day(statement: Statement) -> str:
    """Return the last day of a statement's period, included, as machines write it."""
    return f"{Period(statement.first_day, statement.end_day).last_day:%Y-%m-%d}"


def values(detail: Detail) -> tuple[str, ...]:
    """Return a row's values in the order of ``NAMES``."""
    return astuple(detail)
