"""What somebody was told, and how they wish to be told."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.selectors import access
from foundation.tenancy import current_org
from notifications import topics
from notifications.models import Notification, Preference
from notifications.models.notices import Mail

MOST = 99
# Every page asks it, so it is written out.
_UNREAD = (
    "SELECT count(*) FROM (SELECT 1 FROM notifications_notification "
    "WHERE person_id = %s AND read_at IS NULL LIMIT %s) waiting"
)


def of(person: Any) -> QuerySet[Notification]:
    """Return what a person was told in the open organisation."""
    return Notification.objects.filter(person=person)


def unread(request: HttpRequest) -> int:
    """Return how much whoever sent ``request`` hasn't read, counted no further than ``MOST``."""
    if current_org() is None or not request.user.is_authenticated:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [request.user.pk, MOST + 1])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody is told of a topic."""

    topic: topics.Topic
    shown: bool
    mail: str


def wishes(person: Any) -> list[Wish]:
    """Return how a person is told of each topic that concerns their roles; two questions."""
    codes = access.codes_of(person.pk)
    chosen = {row.topic: row for row in Preference.objects.filter(person=person)}
    found = []
    for topic in topics.every():
        if topic.permission and topic.permission not in codes:
            continue
        row = chosen.get(topic.name)
        found.append(
            Wish(topic, row.shown, row.mail) if row else Wish(topic, True, topic.mail.value)
        )
    return found


def preferences(topic: topics.Topic, people: set[Any]) -> dict[Any, tuple[bool, str]]:
    """Return by person whether a topic is shown and when it is mailed; one question."""
    told = dict.fromkeys(people, (True, str(topic.mail.value)))
    rows = Preference.objects.filter(topic=topic.name, person__in=people)
    told.update({row.person_id: (row.shown, row.mail) for row in rows})
    return told


def to_mail(mail: Mail) -> QuerySet[Notification]:
    """Return what waits for a digest of a kind."""
    return Notification.objects.filter(mail=mail, mailed_at=None)
