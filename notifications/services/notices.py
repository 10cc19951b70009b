"""Tell people of an event; note what they read; keep how they wish to be told."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.selectors import people
from audit.services import events
from audit.services.deliveries import Notice
from foundation.tenancy import on_commit
from kernel.errors import DomainError
from kernel.ids import uuid7
from notifications import topics
from notifications.models import Notification, Preference
from notifications.models.notices import Mail
from notifications.selectors import inbox
from notifications.services import letters


class WishRefused(DomainError):
    """A wish that can't be kept; says why."""

    code = "wish_refused"


def tell(notice: Notice) -> None:
    """Tell everybody whom an event concerns; the outbox's subscriber, told again without harm."""
    for topic in topics.of_event(notice.code):
        message = topic.say(notice)
        if message is not None:
            about = notice.fact_id or notice.event_id  # a deed on many rows tells of each
            _tell(topic, message, set(topic.whom(notice)), about, notice.at)


def _tell(
    topic: topics.Topic, message: topics.Message, whom: set[UUID], event_id: UUID, at: datetime
) -> None:
    """Keep one notification a person, as each wishes, and mail those who wish it at once."""
    wished = inbox.preferences(topic, set(people.reached(whom)))
    known = Notification.objects.filter(event_id=event_id, topic=topic.name)
    told = set(known.values_list("person_id", flat=True))
    fresh = [
        Notification(
            person_id=person,
            topic=topic.name,
            event_id=event_id,
            text=message.text[:300],
            address=message.address[:300],
            at=at,
            read_at=None if shown else at,
            mail=mail,
            mailed_at=timezone.now() if mail == Mail.AT_ONCE else None,
        )
        for person, (shown, mail) in wished.items()
        if person not in told and (shown or mail != Mail.NEVER)
    ]
    Notification.objects.bulk_create(fresh)
    for row in fresh:
        if row.mail == Mail.AT_ONCE:
            on_commit(partial(letters.send, row.person_id, [row]))


@transaction.atomic
def read(*, person: Any, notification_id: UUID, at: datetime) -> Notification | None:
    """Note that somebody read what they were told; None where they weren't told it."""
    row = inbox.of(person).filter(pk=notification_id).first()
    if row is not None and row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
    return row


@transaction.atomic
def read_all(*, person: Any, at: datetime) -> int:
    """Note that somebody read everything up to ``at``; return how much that was."""
    return inbox.of(person).filter(read_at=None, at__lte=at).update(read_at=at)


@transaction.atomic
def wish(*, person: Any, chosen: Mapping[str, tuple[bool, str]], at: datetime) -> None:
    """Keep how somebody wishes to be told: by topic, whether it is shown and when it is mailed.

    Raises WishRefused for a topic that isn't theirs, or a time that isn't one.
    """
    offered = {each.topic.name for each in inbox.wishes(person)}
    if set(chosen) - offered or any(mail not in Mail.values for _, mail in chosen.values()):
        raise WishRefused("There is no such topic for you, or no such time. Load the page again.")
    for topic, (shown, mail) in chosen.items():
        Preference.objects.update_or_create(
            person=person, topic=topic, defaults={"shown": shown, "mail": mail}
        )
    events.record("notifications.wishes.kept", subject=person, actor=person, at=at)


@transaction.atomic
def stop_mail(*, person_id: UUID, topic: str) -> None:
    """Send somebody no more mail of a topic; what is shown stays. Raises WishRefused."""
    known = topics.find(topic)
    if known is None:
        raise WishRefused("There is no such topic any more: no mail of it is sent.")
    row = Preference.objects.filter(person_id=person_id, topic=topic).first()
    shown = row.shown if row else True
    Preference.objects.update_or_create(
        person_id=person_id, topic=topic, defaults={"shown": shown, "mail": Mail.NEVER}
    )


def test(*, person: Any, at: datetime) -> None:
    """Tell somebody that telling works: shown, and mailed at once."""
    row = Notification(
        person_id=person.pk,
        topic="test",
        event_id=uuid7(),
        text="This is a test: notifications reach you",
        address="/notifications/settings/",
        at=at,
        mail=Mail.AT_ONCE,
        mailed_at=at,
    )
    row.save(force_insert=True)
    on_commit(lambda: letters.send(person.pk, [row]))
