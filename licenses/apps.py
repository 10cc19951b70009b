"""The licenses app."""

from django.apps import AppConfig


class LicensesConfig(AppConfig):
    """Rights out."""

    name = "licenses"

    def ready(self) -> None:
        """Register what needs four eyes, and what follows a date of a work."""
        from accounts import changes
        from catalog.services import dates
        from licenses import menu
        from licenses.services import registering, signing

        changes.register(signing.SIGNING)
        changes.register(signing.TERMINATION)
        dates.follow(registering.follow)
        menu.fill()
