"""Works as a field offers them while somebody types."""

from collections.abc import Collection
from uuid import UUID

from catalog.permissions import WORK_VIEW
from catalog.selectors import search, works
from foundation.pages.suggestions import Source, Suggested, add


def _find(text: str, limit: int) -> list[Suggested]:
    return [
        Suggested(one.id, one.title, " · ".join(filter(None, (one.version, one.code))))
        for one in search.find(text, limit=limit)
    ]


def _named(keys: Collection[UUID]) -> dict[UUID, str]:
    return works.titles(list(keys))


WORKS = add(Source("work", "Works", WORK_VIEW, _find, _named))
