"""Questions about what was done: events with the names of people, for who may read the trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.selectors import people
from audit.selectors import trail

AREAS = {
    "accounts": "People, roles, sign-in",
    "catalog": "Catalogue",
    "holders": "Holders",
    "integrations": "Imports, webhooks",
    "rights": "Rights",
    "royalties": "Deals, sales, royalties",
    "territories": "Territories",
}


def in_words(code: str) -> str:
    """Return an event's code as words: ``royalties.run.posted`` is "Run posted".

    Codes are spelt as programs spell them; people here read of a licence.
    """
    words = code.partition(".")[2].replace(".", " ").replace("_", " ")
    return words.replace("license", "licence").capitalize() or code


def finds(words: str) -> Q:
    """Return what holds for the events that ``words`` name.

    An id of an actor, a subject, an event or a request; a person's name or address; part of a code.
    """
    try:
        key = UUID(words)
    except ValueError:
        by = User.objects.filter(Q(name__icontains=words) | Q(email__icontains=words))
        ids = list(by.values_list("pk", flat=True)[:200])
        code = words.lower().replace(" ", "_")
        found = Q(code__icontains=code) | Q(code__icontains=words.lower().replace(" ", "."))
        return found | Q(request_id=words) | Q(actor_id__in=ids)
    return Q(actor_id=key) | Q(subject_id=key) | Q(id=key) | Q(request_id=words)


def actors(events: Iterable[Any]) -> dict[UUID, str]:
    """Return the names of those who acted, by id; one question."""
    events = list(events)
    names = {event.actor_id: event.actor_name or event.actor_kind for event in events}
    return {**names, **people.names_of(names)}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an event changed."""

    field: str
    before: str
    after: str


def changes(told: dict[str, Any]) -> list[Change]:
    """Return what an event says was before and after, value by value."""
    before, after = told.get("before") or {}, told.get("after") or {}
    return [
        Change(name.replace("_", " "), _text(before.get(name)), _text(after.get(name)))
        for name in dict.fromkeys([*before, *after])
    ]


def opened(event: Any) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any] | None]]]:
    """Return what the subject's own part says, and the other people's parts with their names."""
    parts = trail.opened(event)
    names = people.names_of(part.person for part in parts)
    own: dict[str, Any] = {"reason": "", "personal": {}}
    others: list[tuple[str, dict[str, Any] | None]] = []
    for number, part in enumerate(parts):
        if number == 0 and part.person == event.subject_id:
            own |= part.content or {}
        else:
            others.append((names.get(part.person, str(part.person)), part.content))
    return own, others


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_text, value))
    return str(value)
