"""The catalog app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Works, identifiers, artists, credits, assets and events."""

    name = "catalog"

    def ready(self) -> None:
        """Declare the permissions, and the tabs of a work's page."""
        from catalog import menu

        menu.fill()
        """Declare the permissions, and what can be granted on single rows."""
        from accounts import grants
        from catalog import permissions  # noqa: F401
        from catalog.models import WorkGrant

        grants.protect(WorkGrant)
