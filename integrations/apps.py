"""The integrations app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Files of other parties, in and out."""

    name = "integrations"
