"""The holders app."""

from django.apps import AppConfig


class HoldersConfig(AppConfig):
    """Rights holders, payees and societies."""

    name = "holders"

    def ready(self) -> None:
        """Declare the permissions."""
        from holders import permissions  # noqa: F401
