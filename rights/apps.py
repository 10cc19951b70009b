"""The rights app."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Who owns which right in a work, where and when."""

    name = "rights"

    def ready(self) -> None:
        """Declare the permissions."""
        from rights import permissions as _declared  # noqa: F401
