"""The changelog of one object: its events for people who may see the object itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from accounts.selectors import events
from audit.selectors import trail


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what, who, when, why, which values, and the request to quote."""

    id: UUID
    what: str
    who: str
    at: datetime
    reason: str
    request: str
    refused: bool
    changes: tuple[events.Change, ...]


def of(subject: Model | tuple[str, UUID], *, most: int = 50) -> list[Entry]:
    """Return the newest events about a row: three questions, however many there are.

    Values that didn't change are left out. Of an erased subject only the open part is there.
    """
    found = list(trail.of_subject(subject)[:most])
    if not found:
        return []
    who, told = events.actors(found), trail.told_each(found)
    return [
        Entry(
            event.pk,
            events.in_words(event.code),
            who[event.actor_id],
            event.at,
            said.get("reason", ""),
            event.request_id,
            event.refused,
            tuple(each for each in events.changes(said) if each.before != each.after),
        )
        for event, said in zip(found, told, strict=True)
    ]
