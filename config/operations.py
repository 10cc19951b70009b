"""The operations site is Django's admin under our own site: see accounts.operations."""

from django.contrib.admin.apps import AdminConfig


class Operations(AdminConfig):
    """Django's admin with the operations site as its default."""

    default_site = "accounts.operations.OperationsSite"
