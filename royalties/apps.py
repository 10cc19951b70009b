"""The royalties app."""

from django.apps import AppConfig


class RoyaltiesConfig(AppConfig):
    """Deals, sales, runs, ledger, statements and payments."""

    name = "royalties"

    def ready(self) -> None:
        """Register what needs four eyes."""
        from accounts import changes
        from royalties.services import deals

        changes.register(deals.SIGNING)
