"""The foundation app."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Tenancy and everything that all apps share."""

    name = "foundation"

    def ready(self) -> None:
        """Register the start-up checks."""
        from foundation import checks  # noqa: F401
