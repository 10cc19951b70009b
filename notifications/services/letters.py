"""Mail of what people were told: plain text, grouped, with the way to stop each topic."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.selectors import organisations, people
from foundation.tenancy import current_org
from notifications import topics
from notifications.models import Notification

SALT = "notifications.stop"


def send(person_id: UUID, rows: Sequence[Notification]) -> bool:
    """Send one mail with all of ``rows``; return False where the person gets none any more."""
    person = people.reached([person_id]).get(person_id)
    org = current_org()
    if person is None or org is None or not rows:
        return False
    [organisation] = organisations.named([org])
    found = {row.topic: topics.find(row.topic) for row in rows}
    groups: dict[str, list[Notification]] = {topics.NEEDS_YOU: [], topics.FYI: []}
    for row in rows:
        topic = found[row.topic]
        groups[topic.group if topic else topics.FYI].append(row)
    stops = [
        (topic.label, settings.BASE_URL + _stop(person_id, topic.name))
        for topic in found.values()
        if topic is not None
    ]
    context = {
        "name": person.name,
        "organisation": organisation.name,
        "groups": [(label, told) for label, told in groups.items() if told],
        "base": settings.BASE_URL,
        "stops": stops,
        "settings": settings.BASE_URL + reverse("notifications_settings"),
    }
    text = render_to_string("notifications/letter.txt", context)
    subject = rows[0].text if len(rows) == 1 else f"{len(rows)} things in {organisation.name}"
    headers = {}
    if len(stops) == 1:
        headers = {
            "List-Unsubscribe": f"<{stops[0][1]}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    EmailMessage(subject, text, None, [person.email], headers=headers).send()
    return True


def _stop(person_id: UUID, topic: str) -> str:
    return reverse("notifications_stop", args=[token(person_id, topic)])


def token(person_id: UUID, topic: str) -> str:
    """Return what a mail's link holds: who may stop which topic, signed by us."""
    return signing.dumps([str(current_org()), str(person_id), topic], salt=SALT)


def read_token(token: str) -> tuple[UUID, UUID, str] | None:
    """Return the organisation, the person and the topic that a mail's link names, or None."""
    try:
        org, person, topic = signing.loads(token, salt=SALT)
        return UUID(org), UUID(person), str(topic)
    except (signing.BadSignature, ValueError, TypeError):
        return None
