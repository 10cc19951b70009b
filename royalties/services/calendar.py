"""The publish calendar: its rule, and the days of each period."""

from datetime import date, datetime

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from kernel.errors import DomainError
from kernel.period import Period
from royalties.models import Publication, PublishDay, PublishRule, Run
from royalties.selectors import publishing

LONGEST = 730


class CalendarRefused(DomainError):
    """Days that don't fit; says what would."""

    code = "calendar_refused"
    status = 422


class CalendarChanged(DomainError):
    """Somebody else changed the same entry since it was shown."""

    code = "calendar_changed"


@transaction.atomic
def set_rule(
    *, publish_after: int, pay_after: int | None, version: int, by: Actor, at: datetime
) -> PublishRule:
    """Set the rule for the runs that are posted from now on; ``version`` is 0 where there is none.

    Raises CalendarRefused, CalendarChanged.
    """
    for days in (publish_after, pay_after or 0):
        if not 0 <= days <= LONGEST:
            raise CalendarRefused(f"Choose between 0 and {LONGEST} days.")
    old = PublishRule.objects.select_for_update().first()
    _unchanged(old.version if old else 0, version)
    before = {"publish_after": old.publish_after, "pay_after": old.pay_after} if old else None
    row = old or PublishRule(version=0)
    row.publish_after, row.pay_after, row.version = publish_after, pay_after, row.version + 1
    row.set_by, row.set_at = by.actor_id, at
    row.save()
    events.record(
        "royalties.publishing.rule_set",
        subject=row,
        actor=by,
        at=at,
        before=before,
        after={"publish_after": publish_after, "pay_after": pay_after},
    )
    return row


@transaction.atomic
def set_day(
    *,
    period: str,
    publish_on: date,
    pay_on: date | None,
    reason: str = "",
    version: int,
    by: Actor,
    at: datetime,
) -> PublishDay:
    """Set the days of a period; ``version`` is 0 where none are set. A past publish day publishes
    the drafts soon.

    Once payees have seen statements of it, a reason is needed. Raises
    CalendarRefused, CalendarChanged.
    """
    days = _fitting(period, publish_on, pay_on)
    same = {"first_day": days.start, "end_day": days.end}
    old = PublishDay.objects.select_for_update().filter(**same).first()
    _unchanged(old.version if old else 0, version)
    _explained(days, reason)
    before = {"publish_on": old.publish_on, "pay_on": old.pay_on} if old else None
    row = old or PublishDay(period=period, **same, version=0)
    row.publish_on, row.pay_on, row.by_rule = publish_on, pay_on, False
    if before and before["publish_on"] != publish_on:
        row.announced_at = None
    row.version, row.set_by, row.set_at = row.version + 1, by.actor_id, at
    row.save()
    events.record(
        "royalties.publishing.day_set",
        subject=row,
        actor=by,
        at=at,
        reason=reason.strip(),
        before=before,
        after={"period": period, "publish_on": publish_on, "pay_on": pay_on},
    )
    return row


def _fitting(period: str, publish_on: date, pay_on: date | None) -> Period:
    days = Period.of(period)
    assert days.end is not None
    if publish_on < days.end:
        raise CalendarRefused(f"{period} ends on {days.last_day}: publish after that day.")
    if pay_on is not None and pay_on < publish_on:
        raise CalendarRefused("The pay day can't lie before the day of publishing.")
    return days


def _explained(days: Period, reason: str) -> None:
    """Ask for a reason where payees have seen statements of the period."""
    assert days.end is not None
    seen = Publication.objects.filter(
        statement__first_day=days.start,
        statement__end_day=days.end,
        published_at__isnull=False,
    )
    if seen.exists() and not reason.strip():
        raise CalendarRefused(
            "Payees have statements of this period: say why their days change.", field="reason"
        )


def fix(*, run: Run, by: Actor, at: datetime) -> PublishDay | None:
    """Give a period that is being posted its days by the rule; part of posting its run.

    Days that were set before stay; without a rule there are none until somebody sets them.
    """
    known = publishing.day_of(run.first_day, run.end_day)
    law = publishing.rule()
    if known is not None or law is None:
        return known
    publish_on, pay_on = publishing.by_rule(law, run.end_day)
    row = PublishDay(
        period=run.period,
        first_day=run.first_day,
        end_day=run.end_day,
        publish_on=publish_on,
        pay_on=pay_on,
        by_rule=True,
        set_by=by.actor_id,
        set_at=at,
    )
    row.save(force_insert=True)
    return row


def _unchanged(now: int, seen: int) -> None:
    if now != seen:
        raise CalendarChanged("Somebody changed this meanwhile. Look at it again, then save yours.")
