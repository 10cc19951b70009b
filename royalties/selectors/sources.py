"""Coverage: what has come in of each source and period, what is late, what isn't due yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from kernel.period import MONTHS_IN, Period
from royalties.linestore.sources import key
from royalties.models import FileSource, SourceRule
from royalties.selectors import publishing

RECEIVED, LATE, DUE = "received", "late", "due"
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one period of a source stands.

    ``on`` is the day on which the last of it came in (received), the first day after it was due
    (late), or the day by which it is due. ``part``: some of its days have come in, not all.
    """

    period: str
    days: Period
    due_on: date
    state: str
    on: date
    part: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """Days that accepted files of a source report, and when the first of these files came in."""

    first_day: date
    end_day: date
    at: datetime


def periods(rule: SourceRule, today: date) -> Iterator[tuple[str, Period]]:
    """Yield the periods that a rule expects, the newest first: from the one that ``today`` lies in,
    or its last one."""
    number = _number(rule.every, today)
    while True:
        label = _label(rule.every, number)
        days = Period.of(label)
        if days.start < rule.first_day:
            return
        if rule.end_day is None or days.start < rule.end_day:
            yield label, days
        number -= 1


def label_of(every: str, day: date) -> str:
    """Return the label of the period, a month, quarter, half or year, in which a day lies."""
    return _label(every, _number(every, day))


def last_day(rule: SourceRule) -> date | None:
    """Return the last day for which a rule holds, None until it is changed."""
    return None if rule.end_day is None else rule.end_day - timedelta(days=1)


def _number(every: str, day: date) -> int:
    """Return how many periods after the year 0 the one is in which a day lies."""
    return (day.year * 12 + day.month - 1) // MONTHS_IN[every]


def _label(every: str, number: int) -> str:
    """Return the label of the period that is ``number`` periods after the year 0."""
    in_year = 12 // MONTHS_IN[every]
    year, place = divmod(number, in_year)
    forms = {"month": f"-{place + 1:02}", "quarter": f"-Q{place + 1}", "half": f"-H{place + 1}"}
    return f"{year:04}{forms.get(every, '')}"


def coverage(
    rules: Sequence[SourceRule],
    at: datetime,
    *,
    most: int | None = SHOWN,
    zone: ZoneInfo | None = None,
) -> dict[UUID, list[Cell]]:
    """Return where the newest periods of each rule stand, the newest first: two questions.

    ``most`` periods of each, None for all. ``zone`` is the organisation's, where it is known. Files
    that were taken back count for nothing; a period is received once files report all of its days.
    """
    zone = zone or publishing.zone()
    today = at.astimezone(zone).date()
    found = _brought(rule.key for rule in rules)
    answer: dict[UUID, list[Cell]] = {}
    for rule in rules:
        files = found.get(rule.key, [])
        exact = {(each.first_day, each.end_day): each.at for each in files}
        cells = answer.setdefault(rule.pk, [])
        for label, days in periods(rule, today):
            if most is not None and len(cells) == most:
                break
            assert days.end is not None
            whole = exact.get((days.start, days.end)) or _whole(days, files)
            due_on = days.end - timedelta(days=1) + timedelta(days=rule.due_after)
            part = whole is None and any(_inside(days, each) for each in files)
            if whole is not None:
                state, on = RECEIVED, whole.astimezone(zone).date()
            elif today > due_on:
                state, on = LATE, due_on + timedelta(days=1)
            else:
                state, on = DUE, due_on
            cells.append(Cell(label, days, due_on, state, on, part))
    return answer


def late(at: datetime) -> dict[UUID, date]:
    """Return the rules that have a late period, each with the day since when the oldest is."""
    found = coverage(list(SourceRule.objects.all()), at, most=None)
    days = {pk: [cell.on for cell in cells if cell.state == LATE] for pk, cells in found.items()}
    return {pk: min(listed) for pk, listed in days.items() if listed}


def of_names(
    names: Iterable[str], at: datetime, zone: ZoneInfo
) -> list[tuple[SourceRule, list[Cell]]]:
    """Return coverage of the sources with these names that have a rule now, by name; ``zone`` is
    the organisation's."""
    keys = {key(name) for name in names if name}
    today = at.astimezone(zone).date()
    rules = SourceRule.objects.filter(key__in=keys, first_day__lte=today).order_by("source")
    listed = [rule for rule in rules if rule.end_day is None or rule.end_day > today]
    if not listed:
        return []
    found = coverage(listed, at, zone=zone)
    return [(rule, found[rule.pk]) for rule in listed]


def without_rule(most: int = 20) -> tuple[list[tuple[str, date]], int]:
    """Return the sources that files name and no rule expects, each with the last day it reported;
    those that reported last first, and how many there are in all."""
    rows = (
        FileSource.objects.filter(file__reversed_at=None)
        .exclude(key__in=SourceRule.objects.values("key"))
        .values("key")
        .annotate(written=Min("name"), end=Max("file__end_day"))
        .order_by("-end", "written")
    )
    listed = [(row["written"], row["end"] - timedelta(days=1)) for row in rows]
    return listed[:most], len(listed)


def files_of(rule: SourceRule) -> list[tuple[UUID, str, Period, datetime, int]]:
    """Return the accepted files that name a rule's source: id, name, days, when, how many lines."""
    rows = (
        FileSource.objects.filter(key=rule.key, file__reversed_at=None)
        .order_by("-file__end_day", "-file__accepted_at")
        .values_list(
            "file_id",
            "file__name",
            "file__first_day",
            "file__end_day",
            "file__accepted_at",
            "lines",
        )
    )
    return [(pk, name, Period(first, end), at, n) for pk, name, first, end, at, n in rows]


def _brought(keys: Iterable[str]) -> Mapping[str, list[Brought]]:
    """Return what accepted files brought of these sources, in the order in which it came in."""
    rows = (
        FileSource.objects.filter(key__in=set(keys), file__reversed_at=None)
        .values("key", "file__first_day", "file__end_day")
        .annotate(at=Min("file__accepted_at"))
        .order_by("at")
    )
    found: dict[str, list[Brought]] = {}
    for row in rows:
        brought = Brought(row["file__first_day"], row["file__end_day"], row["at"])
        found.setdefault(row["key"], []).append(brought)
    return found


def _inside(days: Period, each: Brought) -> bool:
    return days.overlaps(Period(each.first_day, each.end_day))


def _whole(days: Period, files: Sequence[Brought]) -> datetime | None:
    """Return when the files that came in first reported all days of a period, None if not yet."""
    assert days.end is not None
    missing = [(days.start, days.end)]
    for each in files:
        if not _inside(days, each):
            continue
        rest: list[tuple[date, date]] = []
        for start, end in missing:
            if each.first_day > start:
                rest.append((start, min(end, each.first_day)))
            if each.end_day < end:
                rest.append((max(start, each.end_day), end))
        missing = rest
        if not missing:
            return each.at
    return None
