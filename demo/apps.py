"""The demo app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Fills an empty database with two organisations to look at."""

    name = "demo"
