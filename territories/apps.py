"""The territories app."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """Places as integers, dated groups, right types, rates by territory."""

    name = "territories"
