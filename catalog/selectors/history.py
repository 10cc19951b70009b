"""What happened to a work or a holder, with names where events hold ids."""

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from accounts.selectors import changelog
from catalog.selectors import works
from holders.selectors import holders

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def of(kind: str, pk: UUID) -> Sequence[changelog.Entry]:
    """Return the newest events about a row of a kind such as ``catalog.work``.

    Ids of holders and works among their values are told by name: two questions for all of them.
    """
    entries = changelog.of((kind, pk))
    texts = [text for entry in entries for one in entry.changes for text in (one.before, one.after)]
    ids = {UUID(found) for text in texts for found in _ID.findall(text)}
    if not ids:
        return entries
    names = {str(one): line.name for one, line in holders.lines(ids).items()}
    names |= {str(one): title for one, title in works.titles(list(ids)).items()}

    def told(text: str) -> str:
        named = _ID.sub(lambda found: names.get(found[0], found[0]), text)
        return named.strip("{}").replace("'", "") if text.startswith("{") else named

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
