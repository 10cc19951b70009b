"""Questions about events: those of one row or one actor, and what is sealed in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from audit.models import Event
from audit.models.events import EventQuerySet
from foundation import keys


@dataclass(frozen=True, slots=True)
class Opened:
    """What one sealed part says; of an erased person ``content`` is None."""

    person: UUID
    content: dict[str, Any] | None


def of_subjects(*subjects: Model | tuple[str, UUID]) -> EventQuerySet:
    """Return the events about one row, or several, newest first."""
    ids: dict[str, list[UUID]] = {}
    for each in subjects:
        kind, key = (each._meta.label_lower, each.pk) if isinstance(each, Model) else each
        ids.setdefault(kind, []).append(key)
    about = Q(pk__in=[])
    for kind, some in ids.items():
        about |= Q(subject_kind=kind, subject_id__in=some)
    return Event.objects.filter(about).order_by("-id")


def opened(event: Event) -> list[Opened]:
    """Return the sealed parts of an event, opened where the person's key still is."""
    found = []
    for number, (person, part) in enumerate(zip(event.sealed_for, event.parts(), strict=True)):
        content = None
        try:
            if part:
                place = f"audit_event/{event.id}/{number}"
                content = json.loads(keys.decrypt(person, part, context=place))
        except keys.SubjectErased:
            content = None
        found.append(Opened(person, content))
    return found


def told(event: Event) -> dict[str, Any]:
    """Return reason, before, after and personal of the event's subject; empty when erased."""
    first = opened(event)[:1]
    if not first or first[0].person != event.subject_id:
        return {}
    return first[0].content or {}


def told_each(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return what ``told`` does for events about one row: their key is asked for once."""
    own = [
        (event.id, event.parts()[0])
        for event in events
        if event.sealed_for and event.sealed_for[0] == event.subject_id and event.parts()[0]
    ]
    if not own:
        return [{} for _ in events]
    sealed = [(part, f"audit_event/{event_id}/0") for event_id, part in own]
    try:
        opened = keys.decrypt_each(events[0].subject_id, sealed)
    except keys.SubjectErased:
        return [{} for _ in events]
    found = {event_id: json.loads(text) for (event_id, _), text in zip(own, opened, strict=True)}
    return [found.get(event.id, {}) for event in events]
