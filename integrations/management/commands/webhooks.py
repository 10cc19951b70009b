"""manage.py webhooks --org SLUG [--replay ATTEMPT]: what other systems were told; tell it again."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.actors import command
from foundation.commands import TenantCommand
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhooks


class Command(TenantCommand):
    """Exit codes: 0 done; 1 no such attempt, or its webhook isn't active; 2 wrong usage."""

    help = "List webhooks and what they were told last; tell one again."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take what is to be told again."""
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--replay", type=UUID, metavar="ATTEMPT", help="tell this again")
        again.add_argument(
            "--replay-failed", type=UUID, metavar="WEBHOOK", help="tell all that was given up"
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Replay, where asked; then list."""
        by, now = command("webhooks"), timezone.now()
        wanted = [options["replay"]] if options["replay"] else []
        if options["replay_failed"]:
            given_up = Attempt.objects.filter(
                endpoint=options["replay_failed"], state=Attempt.State.FAILED
            )
            wanted = list(given_up.order_by("made_at").values_list("pk", flat=True))
        for pk in wanted:
            webhooks.replay(attempt_id=pk, by=by, at=now)
        told = [_told(row) for row in WebhookEndpoint.objects.order_by("url", "id")]
        if options["json"]:
            self.say({"replayed": len(wanted), "webhooks": told})
            return
        self.stdout.write(f"{len(wanted)} are told again.")
        for each in told:
            state = "active" if each["active"] else "not active"
            self.stdout.write(f"{each['id']}  {each['url']}: {state}, {each['waiting']} wait")


def _told(row: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": row.url,
        "events": row.events,
        "active": row.active,
        "waiting": row.attempts.filter(state=Attempt.State.WAITING).count(),
        "given_up": row.attempts.filter(state=Attempt.State.FAILED).count(),
    }
