"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, memberships, grants and change requests."""

    name = "accounts"

    def ready(self) -> None:
        """Register the check that no view stands open, the menu's pages and the queue."""
        from accounts import (
            checks,  # noqa: F401
            kit_menu,
            menu,
        )

        menu.fill()
        kit_menu.fill()
