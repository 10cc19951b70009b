"""How works are licensed out on a day: now, ending soon, from later on, or not.

Only grants that hold for certain count; what hangs on an event or a renewal that is still to come
doesn't.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rights.models import Grant

SOON = timedelta(days=90)
NOW, ENDS, LATER, NOT = "now", "ends", "later", "not"
SAID = {
    NOW: ("Licensed", "success"),
    ENDS: ("Ends within 90 days", "warning"),
    LATER: ("Licensed from later on", "info"),
    NOT: ("Not licensed", "plain"),
}


def _certain() -> QuerySet[Grant]:
    return Grant.objects.known_at().filter(depends="")


def of_works(work_ids: Iterable[UUID], *, on: date) -> dict[UUID, str]:
    """Return how works are licensed on a day; those that aren't are left out. One question."""
    windows: dict[UUID, list[tuple[date | None, date | None]]] = {}
    rows = _certain().filter(work__in=list(work_ids)).exclude(window__endswith__lte=on)
    for work, window in rows.values_list("work_id", "window").distinct():
        windows.setdefault(work, []).append((window.lower, window.upper))
    return {work: _state(listed, on) for work, listed in windows.items()}


def _state(windows: list[tuple[date | None, date | None]], on: date) -> str:
    def licensed(day: date) -> bool:
        return any(
            (first is None or first <= day) and (end is None or day < end) for first, end in windows
        )

    if not licensed(on):
        return LATER
    return NOW if licensed(on + SOON) else ENDS


def stands(state: str, *, on: date) -> Q:
    """Return the condition on works that are licensed so on a day."""
    mine = _certain().filter(work=OuterRef("pk"))
    now = Q(Exists(mine.filter(window__contains=on)))
    then = Q(Exists(mine.filter(window__contains=on + SOON)))
    later = Q(Exists(mine.filter(window__startswith__gt=on)))
    return {
        NOW: now & then,
        ENDS: now & ~then,
        LATER: ~now & later,
        NOT: ~now & ~later,
    }[state]
