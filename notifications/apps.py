"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What people are told of, in the product and by mail."""

    name = "notifications"

    def ready(self) -> None:
        """Register the topics and hang the bell."""
        from notifications import about, menu

        about.fill()
        menu.fill()
