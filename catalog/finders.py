"""What this app finds: works by code, by identifier of any kind, by title."""

from typing import TYPE_CHECKING

from accounts import finders
from accounts.finders import Finder, Hit, address
from catalog import permissions
from catalog.selectors import search

if TYPE_CHECKING:
    from accounts.models import User


def _works(person: "User", text: str) -> list[Hit]:
    found = [
        Hit(
            work.title,
            address("work", pk=work.id),
            " · ".join(filter(None, (work.version, work.code, work.kind))),
            exact=work.by == "number",
        )
        for work in search.find(text, limit=8)
    ]
    return [hit for hit in found if hit.url]


finders.add(Finder("Works", _works, permissions.WORK_VIEW, order=10))
