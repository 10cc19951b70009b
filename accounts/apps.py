"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, memberships, grants and change requests."""

    name = "accounts"
