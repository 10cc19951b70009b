"""What people can be told of. Each topic names its events, whom it concerns and what it says.

``NEEDS_YOU`` topics wait for a deed of the person; the others are for their information. Texts
hold no amounts: mail goes through other people's machines.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from audit.services import events
from audit.services.deliveries import Notice
from notifications.models.notices import Mail

NEEDS_YOU, FYI = "Needs you", "For your information"
TELL = "notifications.services.notices.tell"


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads, and the address of the page that it is about."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be told of.

    ``permission``: who lacks it isn't told and isn't asked whether they wish to be; empty: all.
    ``whom`` returns the people whom an event concerns; ``say`` what they read, None for nothing.
    """

    name: str
    label: str
    group: str
    codes: tuple[str, ...]
    whom: Callable[[Notice], Iterable[UUID]]
    say: Callable[[Notice], Message | None]
    mail: Mail = Mail.NEVER
    permission: str = ""


_topics: dict[str, Topic] = {}


def add(topic: Topic) -> None:
    """Add a topic at start, and have its events told of; the same name again replaces it."""
    _topics[topic.name] = topic
    for code in topic.codes:
        events.subscribe(code, TELL)


def every() -> list[Topic]:
    """Return all topics, those that need somebody first."""
    return sorted(_topics.values(), key=lambda topic: (topic.group != NEEDS_YOU, topic.label))


def find(name: str) -> Topic | None:
    """Return a topic by name, or None."""
    return _topics.get(name)


def of_event(code: str) -> list[Topic]:
    """Return the topics that tell of an event."""
    return [topic for topic in _topics.values() if code in topic.codes]
