"""The tabs that every work has."""

from catalog import tabs
from catalog.permissions import WORK_VIEW
from catalog.suggesting import WORKS
from foundation.pages import suggestions


def fill() -> None:
    """Add them, at start."""
    suggestions.add(WORKS)
    tabs.add(tabs.Tab("work", "Overview", WORK_VIEW, order=0))
    tabs.add(tabs.Tab("work_timeline", "Timeline", WORK_VIEW, order=40))
    tabs.add(tabs.Tab("work_changelog", "Changelog", WORK_VIEW, order=90))
