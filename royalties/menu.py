"""The pages of this app in the menu."""

from foundation.pages import navigation
from royalties import permissions


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("statements", "Statements", permissions.STATEMENT_SEE, order=40))
