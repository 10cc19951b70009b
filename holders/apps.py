"""The holders app."""

from django.apps import AppConfig


class HoldersConfig(AppConfig):
    """Rights holders, payees and societies."""

    name = "holders"

    def ready(self) -> None:
        """Declare permissions and what can be granted on single rows; add pages to menus."""
        from accounts import grants
        from holders import menu
        from holders.models import HolderGrant

        grants.protect(HolderGrant)
        menu.fill()
