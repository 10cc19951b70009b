"""What the pages of licences show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from holders.selectors import holders
from licenses.engine.terms import Terms
from licenses.models import Instalment, License, Receipt
from licenses.models.licenses import Status
from licenses.selectors import receipts

TONES = {"pending": "warning", "active": "success", "expired": "plain", "terminated": "error"}
SOON = 30


def ending(days: int, today: date) -> Q:
    """Return what holds for licences in force whose last day comes within so many days."""
    ends = Q(ends__gt=today, ends__lte=today + timedelta(days=days + 1))
    return ends & Q(status=Status.ACTIVE)


def counts(rows: Any, spans: Iterable[int], today: date) -> dict[int, int]:
    """Return how many licences end within each of some days. One query."""
    ends = list(rows.filter(ending(max(spans), today)).values_list("ends", flat=True))
    return {span: sum(one <= today + timedelta(days=span + 1) for one in ends) for span in spans}


def last_day(row: License) -> date | None:
    """Return the last day included; None: perpetual or not known. A termination comes first."""
    ends = [one for one in (row.ends, row.terminated_from) if one]
    return min(ends) - timedelta(days=1) if ends else None


def name_parties(rows: list[Any]) -> None:
    """Name the licensees of rows. One query."""
    lines = holders.lines({row.licensee_id for row in rows})
    for row in rows:
        row.party = lines[row.licensee_id].name if row.licensee_id in lines else ""


def of_work(work_id: UUID, today: date) -> list[Any]:
    """Return the licences whose grants are about a work, those in force first."""
    found = License.objects.on(today).filter(works__contains=[work_id]).order_by("code")
    rows: list[Any] = list(found)
    name_parties(rows)
    for row in rows:
        row.tone, row.last_day = TONES[row.status], last_day(row)
    return sorted(rows, key=lambda row: (row.status != Status.ACTIVE, row.code))


def paid_state(row: Instalment, came: Decimal, today: date) -> tuple[str, str]:
    """Return where an instalment stands when so much came in, as a word and its tone."""
    if row.paid_on:
        return "paid", "success"
    if row.due is not None and row.due < today:
        return "overdue", "error"
    if came:
        return "part paid", "info"
    if row.due is None:
        return "waits for its event", "plain"
    return ("due", "warning") if row.due <= today + timedelta(days=SOON) else ("later", "plain")


@dataclass(frozen=True, slots=True)
class Owed:
    """An instalment with what came in for it, what is left, and where it stands."""

    row: Instalment
    receipts: list[Receipt]
    left: Decimal
    word: str
    tone: str


def owed(rows: Iterable[Instalment], today: date) -> list[Owed]:
    """Return instalments with what came in for each; one query."""
    found = list(rows)
    known = receipts.of(row.pk for row in found)
    told = []
    for row in found:
        came = receipts.total(known[row.pk])
        told.append(Owed(row, known[row.pk], row.amount - came, *paid_state(row, came, today)))
    return told


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day to come and what happens then."""

    on: date
    what: str


def ahead(row: License, terms: Terms, today: date) -> list[Ahead]:
    """Return the days to come of a licence, the next first."""
    last = last_day(row)
    found = []
    if row.begins and row.begins > today:
        found.append(Ahead(row.begins, "begins"))
    if last and last >= today:
        found.append(Ahead(last, "renews itself after this day" if row.renews else "last day"))
        found += [Ahead(last - timedelta(days=30), "notice of its end")]
    found += [Ahead(one.exercise_by, f"option {one.clause} lapses after") for one in terms.options]
    found += [Ahead(day, "audit due") for day in (terms.audit.due if terms.audit else ())]
    rows = Instalment.objects.filter(license=row, superseded_at=None, paid_on=None)
    found += [Ahead(one.due, f"instalment {one.label} due") for one in rows if one.due]
    return sorted((one for one in found if one.on >= today), key=lambda one: (one.on, one.what))


def months(rows: list[Any], today: date) -> list[tuple[str, list[tuple[Ahead, Any]]]]:
    """Return what begins, ends or falls due within a year, by month, what is overdue first."""
    by_id = {row.pk: row for row in rows}
    until = date(today.year + 1, today.month, 1)
    found = []
    for row in rows:
        if row.begins and row.begins >= today:
            found.append((Ahead(row.begins, "begins"), row))
        last = last_day(row)
        if last and last >= today:
            found.append((Ahead(last, "renews itself" if row.renews else "last day"), row))
    open_ones = Instalment.objects.filter(
        license__in=by_id, superseded_at=None, paid_on=None, due__lt=until
    )
    for one in open_ones:
        assert one.due is not None
        found.append((Ahead(one.due, f"instalment {one.label} due"), by_id[one.license_id]))
    by_month: dict[str, list[tuple[Ahead, Any]]] = {}
    for told, row in sorted(found, key=lambda pair: (pair[0].on, pair[1].code)):
        if told.on < until:
            month = f"{told.on:%B %Y}" if told.on >= today else "Overdue"
            by_month.setdefault(month, []).append((told, row))
    return list(by_month.items())


@dataclass(frozen=True, slots=True)
class Line:
    """A licence's term on a line of a thousand parts, from this year's beginning on."""

    row: Any
    at: int
    width: int


YEARS, WHOLE = 3, 1000


def timeline(rows: list[Any], today: date) -> list[Line]:
    """Return the terms whose days are known, over three years, as places on a line."""
    first = date(today.year, 1, 1)
    days = (date(today.year + YEARS, 1, 1) - first).days
    lines = []
    for row in rows:
        if row.begins is None:
            continue
        last = last_day(row)
        begun = max((row.begins - first).days, 0)
        ended = min((last - first).days + 1, days) if last else days
        if begun < days and ended > 0:
            at = begun * WHOLE // days
            lines.append(Line(row, at, max((ended * WHOLE // days) - at, 4)))
    return lines
