"""What this app finds: jobs, change requests, events and people by id or name, and saved views."""

from django.db.models import Q

from accounts import finders, longjobs, permissions
from accounts.finders import Finder, Hit, address
from accounts.models import User
from accounts.policies import scope
from accounts.selectors import access, changes, events, jobs, people, saved
from audit.selectors import explorer
from kernel.ids import key_of


def _views(person: User, text: str) -> list[Hit]:
    rows = saved.visible(person).filter(label__icontains=text).order_by("label", "pk")
    return [Hit(row.label, f"{row.list}?view={row.name}", row.caption) for row in rows[:8]]


def _jobs(person: User, text: str) -> list[Hit]:
    key = key_of(text)
    if key is None:
        return []
    rows = jobs.visible(person, access.codes_of(person.pk)).filter(pk=key)
    return [
        Hit(longjobs.of(row.kind).label, address("job", pk=row.pk), row.state, exact=True)
        for row in rows
    ]


def _changes(person: User, text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) | Q(target_id=key) if key else Q(reason__icontains=text)
    rows = scope(person, permissions.CHANGES_SEE, changes.shown()).filter(about)
    found = list(rows.order_by("-asked_at")[:8])
    names = changes.names_of(found)
    return [
        Hit(
            names[row.pk] or row.kind,
            address("change", pk=row.pk),
            row.reason[:80],
            exact=row.pk == key,
        )
        for row in found
    ]


def _people(person: User, text: str) -> list[Hit]:
    key = key_of(text)
    named = Q(pk=key) if key else Q(name__icontains=text) | Q(email__icontains=text)
    rows = people.members().filter(named).order_by("name", "pk")[:8]
    return [
        Hit(
            str(row),
            address("person", pk=row.pk),
            row.email,
            exact=row.pk == key or row.email == text.lower(),
        )
        for row in rows
    ]


def _events(person: User, text: str) -> list[Hit]:
    key = key_of(text)
    if key is None:
        return []
    named = Q(pk=key) | Q(request_id__in=(str(key), key.hex))
    rows = list(explorer.shown().filter(named).order_by("pk")[:8])
    found = [
        Hit(events.in_words(row.code), address("event", pk=row.pk), exact=row.pk == key)
        for row in rows
    ]
    asked = next((row.request_id for row in rows if row.pk != key), "")
    if asked:
        trail = f"{address('events')}?q={asked}"
        found.insert(0, Hit(f"Request {asked}", trail, "all that it did", exact=True))
    return found


finders.add(Finder("Saved views", _views, order=70))
finders.add(Finder("Jobs", _jobs, order=75))
finders.add(Finder("Change requests", _changes, permissions.CHANGES_SEE, order=60))
finders.add(Finder("People", _people, permissions.PEOPLE_SEE, order=65))
finders.add(Finder("Audit trail", _events, permissions.AUDIT_SEE, order=80))
