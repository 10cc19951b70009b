"""The integrations app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Files of other parties, in and out."""

    name = "integrations"

    def ready(self) -> None:
        """Add the pages to the menu; be told of what webhooks tell."""
        from audit.services import events
        from integrations import menu
        from integrations.services.webhooks import KINDS

        menu.fill()
        for code in KINDS:
            events.subscribe(code, "integrations.services.webhooks.tell")
