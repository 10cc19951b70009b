"""Holders as a field offers them while somebody types."""

from collections.abc import Collection
from uuid import UUID

from foundation.pages.suggestions import Source, Suggested, add
from holders.permissions import HOLDER_VIEW
from holders.selectors import holders, search


def _find(text: str, limit: int) -> list[Suggested]:
    found = search.find(text, limit=limit, only_active=False)
    return [Suggested(one.id, one.name, one.code or one.ipi) for one in found]


def _named(keys: Collection[UUID]) -> dict[UUID, str]:
    return {key: line.name for key, line in holders.lines(keys).items()}


HOLDERS = add(Source("holder", "Holders", HOLDER_VIEW, _find, _named))
