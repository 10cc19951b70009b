"""The pages of this app in the menu."""

from foundation.pages import navigation
from territories.permissions import PLACE_VIEW


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("territories", "Territories", PLACE_VIEW, order=14))
