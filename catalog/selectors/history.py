"""What happened to a work or a holder, with names where events hold ids."""

from collections.abc import Sequence
from uuid import UUID

from accounts.selectors import changelog
from catalog.selectors import works
from holders.selectors import holders


def of(kind: str, pk: UUID) -> Sequence[changelog.Entry]:
    """Return the newest events about a row of a kind such as ``catalog.work``.

    Ids of holders and works among their values are told by name: two questions for all of them.
    """
    entries = changelog.of((kind, pk))
    ids = changelog.ids_in(entries)
    if not ids:
        return entries
    names = {str(one): line.name for one, line in holders.lines(ids).items()}
    names |= {str(one): title for one, title in works.titles(list(ids)).items()}

    def told(text: str) -> str:
        named = changelog.with_names(text, names)
        return named.strip("{}").replace("'", "") if text.startswith("{") else named

    return changelog.rewritten(entries, told)
