"""The catalog app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Works, identifiers, artists, credits, assets and events."""

    name = "catalog"

    def ready(self) -> None:
        """Declare the permissions, and the tabs of a work's page."""
        from catalog import menu

        menu.fill()
