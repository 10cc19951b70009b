"""A licensee's licences in force, with what is owed for them: three questions for any number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kernel.period import Period
from licenses.models import Instalment, License
from licenses.selectors import pages


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment: what is left of it, and the day on which the last of it came in."""

    label: str
    due: date
    amount: Decimal
    left: Decimal
    currency: str
    paid_on: date | None
    word: str


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence that was signed; ``ends`` is the day after its last, None: no end known."""

    id: UUID
    code: str
    title: str
    status: str
    begins: date | None
    ends: date | None
    instalments: tuple[Due, ...]

    def runs_in(self, period: Period) -> bool:
        """Return whether its term has a day in a period."""
        if self.begins is None or (period.end is not None and self.begins >= period.end):
            return False
        return self.ends is None or self.ends > period.start


def of_licensee(licensee: UUID, today: date) -> list[Licensed]:
    """Return the licences of one licensee that were signed, by code."""
    rows: list[Any] = list(
        License.objects.on(today).filter(licensee=licensee, in_force__gt=0).order_by("code")
    )
    parts = Instalment.objects.filter(
        license__in=rows, superseded_at=None, due__isnull=False
    ).order_by("due", "position")
    owed: dict[UUID, list[Due]] = {}
    for one in pages.owed(parts, today):
        row = one.row
        assert row.due is not None
        told = Due(row.label, row.due, row.amount, one.left, row.currency, row.paid_on, one.word)
        owed.setdefault(row.license_id, []).append(told)
    return [
        Licensed(
            row.pk,
            row.code,
            row.title,
            row.status,
            row.begins,
            min(_ends(row), default=None),
            tuple(owed.get(row.pk, ())),
        )
        for row in rows
    ]


def licensees() -> list[UUID]:
    """Return who has a signed licence."""
    rows = License.objects.filter(in_force__gt=0).order_by()
    return list(rows.values_list("licensee", flat=True).distinct())


def _ends(row: License) -> Iterator[date]:
    yield from (day for day in (row.ends, row.terminated_from) if day is not None)
