"""The royalties app."""

from django.apps import AppConfig


class RoyaltiesConfig(AppConfig):
    """Deals, sales, runs, ledger, statements and payments."""

    name = "royalties"
