"""The rights app."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Who owns which right in a work, where and when."""

    name = "rights"

    def ready(self) -> None:
        """Declare the permissions; register what needs four eyes; add pages to the menu."""
        from accounts import changes
        from rights import menu
        from rights.services import adjudications, overrides

        changes.register(adjudications.DECISION)
        changes.register(overrides.OVERRIDE)
        changes.register(overrides.OVERRIDING_SHARE)
        menu.fill()
