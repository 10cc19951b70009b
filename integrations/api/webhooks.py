"""Webhooks: where other systems want to be told, and what they were told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation
from integrations.models import Attempt, WebhookEndpoint
from integrations.permissions import WEBHOOK_MANAGE
from integrations.services import webhooks
from integrations.services.webhooks import KINDS

KINDS_SENT = schema.many(schema.one_of(KINDS.values()), least=1, most=len(KINDS))
URL = schema.text(2000, least=1, description="https alone; redirects aren't followed.")
_EXAMPLE = {"url": "https://erp.example/mediatrack", "events": ["run.posted", "statement.issued"]}
WEBHOOK = schema.record(
    "Webhook",
    {
        "id": schema.UUID,
        "url": URL,
        "events": KINDS_SENT,
        "active": schema.FLAG,
        "failures": schema.COUNT,
        "disabled_at": schema.maybe(schema.MOMENT),
        "made_at": schema.MOMENT,
    },
    example={
        **_EXAMPLE,
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a14",
        "active": True,
        "failures": 0,
        "disabled_at": None,
        "made_at": "2026-04-10T09:30:00Z",
    },
)
NEW = schema.record(
    "NewWebhook",
    {"id": schema.UUID, "url": URL, "events": KINDS_SENT},
    optional=["id"],
    example=_EXAMPLE,
)
CHANGED = {
    **schema.record(
        "ChangedWebhook",
        {"url": URL, "events": KINDS_SENT, "active": schema.FLAG},
        optional=["url", "events", "active"],
        example={"active": True},
    ),
    "minProperties": 1,
}
SECRET = schema.record(
    "WebhookSecret", {"secret": {"type": "string"}}, example={"secret": "whsec_…"}
)
ATTEMPT = schema.record(
    "WebhookAttempt",
    {
        "id": schema.UUID,
        "event": schema.text(50),
        "state": schema.one_of(Attempt.State.values),
        "tries": schema.COUNT,
        "status": schema.maybe(schema.COUNT),
        "error": schema.text(200),
        "made_at": schema.MOMENT,
        "next_at": schema.maybe(schema.MOMENT),
        "ended_at": schema.maybe(schema.MOMENT),
        "content": schema.ANYTHING,
    },
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a15",
        "event": "run.posted",
        "state": "delivered",
        "tries": 1,
        "status": 204,
        "error": "",
        "made_at": "2026-04-10T09:30:00Z",
        "next_at": None,
        "ended_at": "2026-04-10T09:30:02Z",
        "content": {"type": "run.posted", "at": "2026-04-10T09:30:00Z"},
    },
)
LISTING = Listing(sorts={"made_at": "made_at", "url": "url"}, start="-made_at")
ATTEMPTS = Listing(
    sorts={"made_at": "made_at"},
    start="-made_at",
    filters=(
        Filter("state", schema.one_of(Attempt.State.values), lambda value: Q(state=value)),
        Filter("event", schema.one_of(KINDS.values()), lambda value: Q(kind=value)),
    ),
)


def shown(row: WebhookEndpoint) -> dict[str, Any]:
    """Return a webhook as the API tells it, without its secret."""
    return {
        "id": str(row.pk),
        "url": row.url,
        "events": row.events,
        "active": row.active,
        "failures": row.failures,
        "disabled_at": written.moment(row.disabled_at),
        "made_at": written.moment(row.made_at),
    }


def _attempt(row: Attempt) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "event": row.kind,
        "state": row.state,
        "tries": row.tries,
        "status": row.status,
        "error": row.error,
        "made_at": written.moment(row.made_at),
        "next_at": written.moment(row.next_at),
        "ended_at": written.moment(row.ended_at),
        "content": row.content,
    }


def _listed(rows: Sequence[WebhookEndpoint]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


def _attempts(rows: Sequence[Attempt]) -> list[dict[str, Any]]:
    return [_attempt(row) for row in rows]


class WebhookView(ApiView):
    """A view of webhooks."""

    group = "Webhooks"
    permission = WEBHOOK_MANAGE

    def row(self, pk: UUID) -> WebhookEndpoint:
        """Return one within reach."""
        return self.one(WebhookEndpoint.objects.all(), pk)

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it as it is now, locked."""
        return shown(self.one(WebhookEndpoint.objects.select_for_update(), pk))


class Webhooks(WebhookView):
    """The list of webhooks."""

    @operation("List webhooks", gives=schema.page_of(WEBHOOK), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(WebhookEndpoint.objects.all()), _listed)

    @operation(
        "Make a webhook",
        takes=NEW,
        gives=WEBHOOK,
        status=201,
        tagged=True,
        also={200: "It is there already, as it was sent."},
    )
    def post(self, request: Request) -> Reply:
        """Make it; read its secret next."""
        if (there := self.already(WebhookEndpoint.objects.all(), shown)) is not None:
            return there
        row = webhooks.make(
            endpoint_id=UUID(self.sent["id"]) if "id" in self.sent else None,
            url=self.sent["url"],
            kinds=self.sent["events"],
            by=self.actor,
            at=timezone.now(),
        )
        return Reply(shown(row), location=place("webhook", pk=row.pk))


class OneWebhook(WebhookView):
    """One webhook."""

    @operation("Read a webhook", gives=WEBHOOK, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.row(pk))

    @operation("Change a webhook", takes=CHANGED, gives=WEBHOOK, tagged=True, changes=True)
    def patch(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Change it, switch it off, or on again."""
        row = webhooks.change(
            endpoint_id=self.row(pk).pk,
            url=self.sent.get("url"),
            kinds=self.sent.get("events"),
            active=self.sent.get("active"),
            by=self.actor,
            at=timezone.now(),
        )
        return shown(row)

    @operation("Delete a webhook, with all it was told", status=204)
    def delete(self, request: Request, pk: UUID) -> None:
        """Delete it."""
        webhooks.delete(endpoint_id=self.row(pk).pk, by=self.actor, at=timezone.now())


class Secret(WebhookView):
    """The secret that signs what is sent."""

    @operation("Read a webhook's secret; that it was read is recorded", gives=SECRET)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        secret = webhooks.secret_of(endpoint_id=self.row(pk).pk, by=self.actor, at=timezone.now())
        return {"secret": secret}


class Rotate(WebhookView):
    """Another secret."""

    @operation(
        "Give a webhook a new secret; both sign for a day", gives=WEBHOOK, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Rotate it."""
        return shown(webhooks.rotate(endpoint_id=self.row(pk).pk, by=self.actor, at=timezone.now()))


class Attempts(WebhookView):
    """What a webhook was told."""

    @operation("List what a webhook was told", gives=schema.page_of(ATTEMPT), query=ATTEMPTS.query)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """List it."""
        rows = self.rows(Attempt.objects.filter(endpoint=self.row(pk)))
        return self.page(ATTEMPTS, rows, _attempts)


class Replay(WebhookView):
    """Tell it again."""

    @operation("Tell a webhook again", gives=ATTEMPT)
    def post(self, request: Request, pk: UUID, attempt: UUID) -> dict[str, Any]:
        """Send it anew."""
        row = self.one(Attempt.objects.filter(endpoint=self.row(pk)), attempt)
        return _attempt(webhooks.replay(attempt_id=row.pk, by=self.actor, at=timezone.now()))
