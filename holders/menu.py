"""The pages of this app in the menu, and the tabs that every holder has."""

from foundation.pages import navigation, suggestions
from holders import tabs
from holders.permissions import HOLDER_VIEW
from holders.suggesting import HOLDERS


def fill() -> None:
    """Add them, at start."""
    suggestions.add(HOLDERS)
    navigation.add(navigation.Item("holders", "Holders", HOLDER_VIEW, order=12))
    tabs.add(tabs.Tab("holder", "Overview", HOLDER_VIEW, order=0))
    tabs.add(tabs.Tab("holder_changelog", "Changelog", HOLDER_VIEW, order=90))
