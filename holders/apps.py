"""The holders app."""

from django.apps import AppConfig


class HoldersConfig(AppConfig):
    """Rights holders, payees and societies."""

    name = "holders"

    def ready(self) -> None:
        """Declare the permissions, and what can be granted on single rows."""
        from accounts import grants
        from holders import permissions  # noqa: F401
        from holders.models import HolderGrant

        grants.protect(HolderGrant)
