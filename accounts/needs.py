"""What waits for somebody: apps add their queues at start, the home page shows each person's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, since when the oldest does (None: not known), and a word about it."""

    count: int
    since: datetime | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that people with ``permission`` look after.

    ``count(person, at)`` says how much waits for them; ``name`` and ``query`` are the address of
    the list that shows it.
    """

    label: str
    permission: str
    name: str
    count: Callable[[User, datetime], Waiting]
    query: str = ""
    order: int = 50


_queues: dict[str, Queue] = {}


def add(queue: Queue) -> None:
    """Add a queue at start; the same label again replaces it."""
    _queues[queue.label] = queue


def every() -> list[Queue]:
    """Return all queues in order."""
    return sorted(_queues.values(), key=lambda queue: (queue.order, queue.label))
