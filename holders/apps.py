"""The holders app."""

from django.apps import AppConfig


class HoldersConfig(AppConfig):
    """Rights holders, payees and societies."""

    name = "holders"

    def ready(self) -> None:
        """Declare the permissions; add pages to the menu and to those of holders."""
        from holders import menu

        menu.fill()
