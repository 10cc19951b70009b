"""The territories app."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """Places as integers, dated groups, right types, rates by territory."""

    name = "territories"

    def ready(self) -> None:
        """Declare the permissions; add the pages to the menu."""
        from territories import menu

        menu.fill()
