"""The tabs of an object's page: each app adds its own at start, and what it says of the object."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Saying:
    """A few words about an object for the line below its title. ``tone`` as badges have it."""

    words: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about an object: its address's name (which takes the object's key) and its label.

    Only who holds ``permission`` sees it. ``says`` gives what the line below the title says.
    """

    name: str
    label: str
    permission: str
    order: int = 50
    says: Callable[[UUID], list[Saying]] | None = None


class Tabs:
    """The tabs of one kind of object."""

    def __init__(self) -> None:
        self._tabs: dict[str, Tab] = {}

    def add(self, tab: Tab) -> None:
        """Add a tab at start; the same address again replaces it."""
        self._tabs[tab.name] = tab

    def open_to(self, codes: Collection[str]) -> list[Tab]:
        """Return the tabs that somebody with these permissions sees, in order."""
        shown = (tab for tab in self._tabs.values() if tab.permission in codes)
        return sorted(shown, key=lambda tab: (tab.order, tab.label))
