"""The integrations app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Files of other parties, in and out."""

    name = "integrations"

    def ready(self) -> None:
        """Add the pages to the menu."""
        from integrations import menu

        menu.fill()
