"""The bell in the frame of every page."""

from foundation.pages import navigation
from notifications.selectors import inbox


def fill() -> None:
    """Hang it, at start."""
    navigation.hang_bell("notifications", inbox.unread)
