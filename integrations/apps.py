"""The integrations app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Files of other parties, in and out."""

    name = "integrations"

    def ready(self) -> None:
        """Add the pages to the menu; be told of what webhooks tell."""
        from audit.services import events
        from foundation.pages import batches
        from integrations import menu
        from integrations.selectors import brought
        from integrations.services.webhooks import KINDS

        menu.fill()
        batches.add(brought.by_table)
        for code in KINDS:
            events.subscribe(code, "integrations.services.webhooks.tell")
