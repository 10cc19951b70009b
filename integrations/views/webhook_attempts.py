"""What a webhook was told: the list on its page, one in full, and telling it again."""

import json
import re
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from accounts.views.bulk import BulkDeed
from foundation.pages.selection import Selection
from foundation.pages.tables import Choice, Column, Days, Deed, Table
from integrations import permissions
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhooks
from integrations.services.webhooks import KINDS
from kernel.errors import DomainError
from kernel.ids import key_of

STATES = {
    Attempt.State.WAITING: ("Waits", "info"),
    Attempt.State.DELIVERED: ("Delivered", "success"),
    Attempt.State.FAILED: ("Given up", "error"),
}
WORDS = {
    "no_answer": "no answer",
    "address_refused": "an address that is never asked",
}


def of(row: WebhookEndpoint) -> QuerySet[Attempt]:
    """Return what a webhook was told and is to be told."""
    return Attempt.objects.filter(endpoint=row)


def answer_of(row: Attempt) -> str:
    """Return what the last try was answered, in words; nothing before the first."""
    if row.error and row.status is None:
        return WORDS.get(row.error, row.error)
    return f"HTTP {row.status}" if row.status else ""


def address_of(row: Attempt) -> str:
    """Return the address of an attempt's own page."""
    return reverse("webhook_attempt", kwargs={"pk": row.endpoint_id, "attempt": row.pk})


class Attempts(Table):
    """Deliveries to one webhook, the newest first."""

    caption = "Deliveries"
    noun = ("delivery", "deliveries")
    start = "-made"
    columns = (
        Column("event", "Event", "kind", sort="kind", link=address_of),
        Column("state", "State", lambda row: STATES[row.state], kind="badge", sort="state"),
        Column("answer", "Last answer", answer_of),
        Column("tries", "Tries", "tries", kind="number", sort="tries"),
        Column("made", "Happened", "made_at", kind="moment", sort="made_at"),
        Column("next", "Next try", "next_at", kind="moment"),
        Column("ended", "Ended", "ended_at", kind="moment"),
        Column("id", "Id", "pk", hidden=True),
    )
    fields = ("kind", "state", "status", "error", "tries", "made_at", "next_at", "ended_at",
              "endpoint_id")  # fmt: skip
    bulk = (Deed("Tell again…", "webhook_replays", permissions.WEBHOOK_MANAGE),)
    search = ("kind", "error")
    search_label = "Search event, answer or id"
    filters = (
        Choice(
            "state",
            "State",
            [(str(state), words) for state, (words, _) in STATES.items()],
            lambda value: Q(state=value),
        ),
        Choice(
            "event", "Event", [(kind, kind) for kind in KINDS.values()], lambda value: Q(kind=value)
        ),
        Days("made", "Happened", "made_at", moments=True),
    )
    nothing = (
        "Nothing was to be told yet",
        "Each event that this webhook asked for has a row here, with its answer.",
    )

    def finds(self, query: str) -> Q:
        """Find by event and answer; a key by the delivery's id, or by what was told of."""
        key = key_of(query)
        if key is not None:
            return Q(pk=key) | Q(told_of=key) | Q(content__icontains=str(key))
        status = Q(status=int(query)) if re.fullmatch(r"[1-5][0-9]{2}", query) else Q()
        worded = [code for code, words in WORDS.items() if query.lower() in words]
        return super().finds(query) | Q(error__in=worded) | status


class AttemptPage(Page):
    """A page of one delivery."""

    permission = permissions.WEBHOOK_MANAGE

    def attempt(self, pk: UUID, attempt: UUID) -> Attempt:
        """Return a delivery of a webhook within reach."""
        rows = Attempt.objects.select_related("endpoint").filter(endpoint=pk)
        return self.one(rows, attempt)


class One(AttemptPage):
    """One delivery: what was sent, how often, and what came back."""

    def get(self, request: HttpRequest, pk: UUID, attempt: UUID) -> HttpResponse:
        """Show it."""
        row = self.attempt(pk, attempt)
        context = {
            "row": row,
            "state": STATES[Attempt.State(row.state)],
            "answer": answer_of(row) or "none yet",
            "sent": json.dumps({"id": str(row.pk), **row.content}, indent=2, ensure_ascii=False),
        }
        return render(request, "integrations/webhook_attempt.html", context)


class Replay(AttemptPage):
    """Tell one thing again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID, attempt: UUID) -> HttpResponse:
        """Tell it."""
        row = self.attempt(pk, attempt)
        try:
            webhooks.replay(attempt_id=row.pk, by=self.person, at=timezone.now())
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, "It is sent again within seconds, under the same id.")
        return redirect("webhook_attempt", pk=pk, attempt=attempt)


class ReplayMany(BulkDeed):
    """Tell one webhook again what is chosen from its list."""

    permission = permissions.WEBHOOK_MANAGE
    title = "Tell it again"
    button = "Tell it again"
    row_deed = webhooks.REPLAYING

    def consequences(self, table: Table, chosen: Selection) -> list[str]:
        """Say what the other system gets."""
        rows = table.matching.order_by()
        taken = rows.filter(state=Attempt.State.DELIVERED).count()
        return [
            "Each is sent within seconds, under the id it had, and tried as often as a new one.",
            *([f"{taken:,} of them were delivered before and come twice."] if taken else []),
        ]

    def do(self, table: Table, chosen: Selection) -> str:
        """Tell them."""
        rows = table.matching.order_by().values_list("pk", "endpoint_id")
        keys = dict(rows)
        count = webhooks.replay_all(
            endpoint_id=next(iter(keys.values())),
            attempt_ids=keys,
            by=self.person,
            at=timezone.now(),
        )
        return f"Told again within seconds: {count:,}."
