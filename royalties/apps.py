"""The royalties app."""

from dataclasses import replace

from django.apps import AppConfig


class RoyaltiesConfig(AppConfig):
    """Deals, sales, runs, ledger, statements and payments."""

    name = "royalties"

    def ready(self) -> None:
        """Register what needs four eyes, what can be granted on single rows, the menu's pages."""
        from accounts import changes, grants
        from royalties import menu
        from royalties.models import DealGrant, StatementGrant
        from royalties.selectors import deals as questions
        from royalties.selectors import runs
        from royalties.services import approving, deals, explanations

        grants.protect(DealGrant)
        grants.protect(StatementGrant)
        changes.register(
            replace(deals.SIGNING, names=questions.names, explain=explanations.of_signature)
        )
        changes.register(replace(approving.APPROVAL, names=runs.names, explain=explanations.of_run))
        menu.fill()
