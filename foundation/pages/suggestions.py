"""What a field offers while somebody types a name: each app adds the kinds it knows, at start.

HOLDERS = suggestions.add(Source("holder", "Holders", HOLDER_VIEW, find, named))

A list's filter (``Reference("payee", "Payee", "holder", HOLDERS)``) and a form's field
(``Suggesting("holder")`` as its widget) use the same source; ``/suggestions/<kind>/`` answers both.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

OFFERED, MEANT = 8, 200


@dataclass(frozen=True, slots=True)
class Suggested:
    """One row that the words may mean: its key, its name and what tells it from its namesakes."""

    id: UUID
    name: str
    about: str = ""

    @property
    def label(self) -> str:
        """Its name, with what tells it from others."""
        return f"{self.name} ({self.about})" if self.about else self.name


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind, for people with ``permission``.

    ``find(text, limit)`` returns what the words may mean, best first; ``named(keys)`` the names.
    """

    kind: str
    label: str
    permission: str
    find: Callable[[str, int], Sequence[Suggested]]
    named: Callable[[Collection[UUID]], Mapping[UUID, str]]

    def meant(self, text: str) -> tuple[Suggested, ...]:
        """Return what the words mean: those of exactly this name where there are any."""
        found = tuple(self.find(text, MEANT))
        wanted = text.casefold()
        return tuple(one for one in found if one.name.casefold() == wanted) or found


_sources: dict[str, Source] = {}


def add(source: Source) -> Source:
    """Add a kind at start; the same again replaces it."""
    _sources[source.kind] = source
    return source


def of(kind: str) -> Source | None:
    """Return the source of a kind, None where no app has one."""
    return _sources.get(kind)
