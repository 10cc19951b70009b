"""The changelog of one object: its events for people who may see the object itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from accounts.selectors import events, people
from audit.selectors import trail

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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


def of(*subjects: Model | tuple[str, UUID], most: int = 50, about: str = "") -> list[Entry]:
    """Return the newest events about a row, or about several that belong together.

    Of one row: three questions, however many events there are, and one more for the names of people
    whose ids are among the values; each further row that something happened to costs its key.
    Values that didn't change are left out. Of an erased subject only the open part is there.
    ``about`` is how the events' codes begin, where only some of a subject's are meant.
    """
    found = list(trail.of_subjects(*subjects).filter(code__startswith=about)[:most])
    if not found:
        return []
    who, told = events.actors(found), _told(found)
    return _with_people(
        [
            Entry(
                event.pk,
                events.in_words(event.code),
                who[event.actor_id],
                event.at,
                told[event.pk].get("reason", ""),
                event.request_id,
                event.refused,
                tuple(each for each in events.changes(told[event.pk]) if each.before != each.after),
            )
            for event in found
        ]
    )


def _told(found: Sequence[Any]) -> dict[UUID, dict[str, Any]]:
    by_subject: dict[UUID, list[Any]] = {}
    for event in found:
        by_subject.setdefault(event.subject_id, []).append(event)
    return {
        event.pk: said
        for some in by_subject.values()
        for event, said in zip(some, trail.told_each(some), strict=True)
    }


def ids_in(entries: Sequence[Entry]) -> set[UUID]:
    """Return the ids among the values of entries."""
    texts = [text for entry in entries for one in entry.changes for text in (one.before, one.after)]
    return {UUID(found) for text in texts for found in _ID.findall(text)}


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return a value with names, by id as text, in place of the ids that have one."""
    return _ID.sub(lambda found: names.get(found[0], found[0]), text)


def rewritten(entries: Sequence[Entry], told: Callable[[str], str]) -> list[Entry]:
    """Return entries with every value as ``told`` says it."""
    return [
        replace(
            entry,
            changes=tuple(
                replace(one, before=told(one.before), after=told(one.after))
                for one in entry.changes
            ),
        )
        for entry in entries
    ]


def _with_people(entries: list[Entry]) -> list[Entry]:
    """Write people's names where values hold their ids."""
    ids = ids_in(entries)
    names = {str(key): name for key, name in people.names_of(ids).items()} if ids else {}
    return rewritten(entries, lambda text: with_names(text, names)) if names else entries
