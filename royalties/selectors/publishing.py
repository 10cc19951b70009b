"""The publish calendar, and where statements stand: draft, held or published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.selectors import organisations
from foundation.models.keysets import among
from foundation.tenancy import current_org
from kernel.period import Period
from royalties.models import Opening, Publication, PublishDay, PublishRule, Run, Statement
from royalties.selectors import board

NEAR = timedelta(days=3)  # before the publish day, those who publish are told


@dataclass(frozen=True, slots=True)
class Planned:
    """A period of the calendar. ``day`` is what was set; without one, ``publish_on`` and ``pay_on``
    are what the rule would make of it, None where there is no rule or its run was posted before."""

    period: str
    days: Period
    day: PublishDay | None
    publish_on: date | None
    pay_on: date | None
    posted: bool
    drafts: int = 0
    held: int = 0
    published: int = 0


def zone() -> ZoneInfo:
    """Return the open organisation's own zone."""
    org = current_org()
    [found] = organisations.named([org] if org else [])
    return ZoneInfo(found.zone)


def today(at: datetime) -> date:
    """Return the day in the open organisation's own zone."""
    return at.astimezone(zone()).date()


def rule() -> PublishRule | None:
    """Return the organisation's rule, None where it has none."""
    return PublishRule.objects.first()


def by_rule(rule: PublishRule, end_day: date) -> tuple[date, date | None]:
    """Return the publish day and the pay day that a rule makes for a period; its end is excluded.

    Days are counted from the period's last day.
    """
    last = end_day - timedelta(days=1)
    publish = max(last + timedelta(days=rule.publish_after), end_day)
    return publish, None if rule.pay_after is None else publish + timedelta(days=rule.pay_after)


def day_of(first_day: date, end_day: date) -> PublishDay | None:
    """Return what the calendar says of a period, None where nothing is set."""
    return PublishDay.objects.filter(first_day=first_day, end_day=end_day).first()


def by_id(key: UUID) -> PublishDay | None:
    """Return one period of the calendar, None where there is none."""
    return PublishDay.objects.filter(pk=key).first()


def pay_days(statements: Iterable[Statement]) -> dict[UUID, date]:
    """Return the pay day by statement, of those that have one: one question."""
    listed = list(statements)
    days = PublishDay.objects.filter(end_day__in={each.end_day for each in listed})
    known = {(each.first_day, each.end_day): each.pay_on for each in days}
    found = ((each.pk, known.get((each.first_day, each.end_day))) for each in listed)
    return {key: day for key, day in found if day is not None}


def states(keys: Iterable[UUID]) -> dict[UUID, Publication]:
    """Return where statements stand, by statement: one question.

    ``opened_at`` of each is when its payee first opened it, None where nobody did.
    """
    opened = Opening.objects.filter(statement=OuterRef("statement")).values("opened_at")
    rows = Publication.objects.filter(statement__in=among(keys))
    return {row.statement_id: row for row in rows.annotate(opened_at=Subquery(opened))}


def opened_at(row: Publication) -> datetime | None:
    """Return when the payee of a statement that `states` read first opened it."""
    found: datetime | None = getattr(row, "opened_at")  # noqa: B009  # unknown to the model
    return found


def opened(answer: str) -> Q:
    """Return the condition on published statements that their payee opened (yes), or not (no)."""
    found = Exists(Opening.objects.filter(statement=OuterRef("pk")))
    return standing("published") & (Q(found) if answer == "yes" else ~Q(found))


def standing(state: str) -> Q:
    """Return the condition on statements for a state: draft, held or published."""
    if state == "published":
        return Q(publication__published_at__isnull=False)
    if state == "held":
        return Q(publication__held_at__isnull=False)
    return Q(publication__published_at=None, publication__held_at=None)


def waiting() -> tuple[int, int, date | None]:
    """Return how many statements are drafts, how many held, and the last day of the oldest's
    period."""
    rows = Publication.objects.filter(published_at=None)
    drafts, held = Q(held_at=None), Q(held_at__isnull=False)
    found = rows.aggregate(drafts=Count("pk", filter=drafts), held=Count("pk", filter=held))
    oldest = (
        rows.order_by("statement__end_day").values_list("statement__end_day", flat=True).first()
    )
    return found["drafts"], found["held"], oldest


def due(on: date) -> list[PublishDay]:
    """Return the calendar's periods whose day has come and that have drafts, the oldest first."""
    return list(_with_drafts().filter(publish_on__lte=on).order_by("end_day"))


def near(on: date) -> list[PublishDay]:
    """Return the periods that come due within three days and weren't announced yet."""
    return list(_with_drafts().filter(publish_on__lte=on + NEAR, announced_at=None))


def _with_drafts() -> QuerySet[PublishDay]:
    same = Q(
        statement__first_day=OuterRef("first_day"),
        statement__end_day=OuterRef("end_day"),
        published_at=None,
        held_at=None,
    )
    return PublishDay.objects.filter(Exists(Publication.objects.filter(same)))


def calendar() -> list[Planned]:
    """Return every posted period, those set ahead, and the next one, the newest first."""
    found = {(day.first_day, day.end_day): day for day in PublishDay.objects.all()}
    runs = Run.objects.filter(state=Run.State.POSTED)
    posted = {(run.first_day, run.end_day): run.period for run in runs}
    labels = {key: day.period for key, day in found.items()} | posted
    following = board.next_period()
    if following:
        days = Period.of(following)
        assert days.end is not None
        labels.setdefault((days.start, days.end), following)
    counts = _counts()
    law = rule()
    return [
        _planned(labels[key], key, found.get(key), key in posted, counts.get(key, {}), law)
        for key in sorted(labels, key=lambda key: key[1], reverse=True)
    ]


def _planned(
    label: str,
    key: tuple[date, date],
    day: PublishDay | None,
    posted: bool,
    counts: dict[str, int],
    law: PublishRule | None,
) -> Planned:
    publish_on, pay_on = (day.publish_on, day.pay_on) if day else (None, None)
    if day is None and law is not None and not posted:
        publish_on, pay_on = by_rule(law, key[1])
    return Planned(label, Period(*key), day, publish_on, pay_on, posted, **counts)


def _counts() -> dict[tuple[date, date], dict[str, int]]:
    """Return how many statements of each period stand where: one question."""
    draft = Q(published_at=None, held_at=None)
    rows = (
        Publication.objects.order_by()
        .annotate(first=F("statement__first_day"), end=F("statement__end_day"))
        .values("first", "end")
        .annotate(
            drafts=Count("pk", filter=draft),
            held=Count("pk", filter=Q(held_at__isnull=False)),
            published=Count("pk", filter=Q(published_at__isnull=False)),
        )
    )
    return {
        (row["first"], row["end"]): {name: row[name] for name in ("drafts", "held", "published")}
        for row in rows
    }
