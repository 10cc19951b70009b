"""The rights app."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Who owns which right in a work, where and when."""

    name = "rights"

    def ready(self) -> None:
        """Declare the permissions; add pages to the menu and to those of works."""
        from rights import menu

        menu.fill()
