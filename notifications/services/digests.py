"""Digests: once a day, or once a week, at seven in the morning where the person is."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.selectors import people
from foundation.tenancy import tenant_atomic
from notifications.models import Notification
from notifications.models.notices import Mail
from notifications.selectors import inbox
from notifications.services import letters

HOUR, MONDAY = 7, 0


def send(org_id: UUID, *, at: datetime) -> int:
    """Send the digests of one organisation that are due at ``at``; return how many.

    Each person's is claimed and sent in a transaction of its own: a mail that can't be sent is
    tried again in the next hour's round of the same day.
    """
    with tenant_atomic(org_id):
        due = [
            (person.id, mail)
            for mail in (Mail.DAILY, Mail.WEEKLY)
            for person in people.reached(
                inbox.to_mail(mail).values_list("person_id", flat=True).distinct()
            ).values()
            if _is_time(person, mail, at)
        ]
    return sum(_send(org_id, person, mail, at) for person, mail in due)


def _send(org_id: UUID, person: UUID, mail: Mail, at: datetime) -> bool:
    with tenant_atomic(org_id):
        waiting = inbox.to_mail(mail).filter(person=person).select_for_update(skip_locked=True)
        rows = list(waiting.order_by("at", "id"))
        if not rows:
            return False
        sent = letters.send(person, rows)
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)
        return sent


def _is_time(person: people.Reached, mail: Mail, at: datetime) -> bool:
    try:
        there = at.astimezone(ZoneInfo(person.zone))
    except (ZoneInfoNotFoundError, ValueError):
        there = at
    return there.hour >= HOUR and (mail == Mail.DAILY or there.weekday() == MONDAY)
