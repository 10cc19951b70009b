"""Tables of notifications."""

from notifications.models.notices import Notification, Preference

__all__ = ["Notification", "Preference"]
