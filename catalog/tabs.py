"""The tabs of a work's page: each app adds its own at start, and what it says about the work."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Saying:
    """A few words about a work for the line below its title. ``tone`` as badges have it."""

    words: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about a work: its address's name (which takes the work's key) and its label.

    Only who holds ``permission`` sees it. ``says`` gives what the line below the title says.
    """

    name: str
    label: str
    permission: str
    order: int = 50
    says: Callable[[UUID], list[Saying]] | None = None


_tabs: dict[str, Tab] = {}


def add(tab: Tab) -> None:
    """Add a tab at start; the same address again replaces it."""
    _tabs[tab.name] = tab


def open_to(codes: Collection[str]) -> list[Tab]:
    """Return the tabs that somebody with these permissions sees, in order."""
    shown = (tab for tab in _tabs.values() if tab.permission in codes)
    return sorted(shown, key=lambda tab: (tab.order, tab.label))
