"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, when and why; the outbox; the sealed chain."""

    name = "audit"
