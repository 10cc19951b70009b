"""The pages of this app in the menu, and what waits on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min
from django.urls import reverse

from accounts import needs, starts
from accounts.services import rowdeeds
from accounts.starts import Start
from foundation.models.keysets import among
from foundation.pages import navigation
from integrations import permissions
from integrations.models import Attempt, Import, WebhookEndpoint
from integrations.services import webhooks

if TYPE_CHECKING:
    from accounts.models import User
    from audit.actors import Actor


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("imports", "Imports", permissions.IMPORT_SEE, order=25))
    navigation.add(navigation.Item("tables", "Table imports", permissions.TABLE_IMPORT, order=26))
    navigation.add(navigation.Item("webhooks", "Webhooks", permissions.WEBHOOK_MANAGE, order=96))
    rowdeeds.add(
        rowdeeds.RowDeed(
            webhooks.REPLAYING,
            "Webhook told again",
            "webhook_replays",
            one=_replay,
            named=_attempts_named,
            permission=permissions.WEBHOOK_MANAGE,
        )
    )
    needs.add(
        needs.Queue(
            "Webhooks that failed and were disabled",
            permissions.WEBHOOK_MANAGE,
            "webhooks",
            _disabled,
            "?state=disabled",
            72,
        )
    )
    needs.add(
        needs.Queue(
            "Imports to finish", permissions.IMPORT_RUN, "imports", _open, "?state=open", 15
        )
    )
    starts.add(
        Start(
            "Import a sales file",
            permissions.IMPORT_RUN,
            "import_new",
            "A partner's statement: look, map, check, correct, review, take.",
            order=10,
        )
    )
    starts.add(
        Start(
            "Import a table",
            permissions.TABLE_IMPORT,
            "table_new",
            "Works, holders, claims or rates, many at once, and out again to change.",
            order=45,
        )
    )


def _open(person: "User", at: datetime) -> needs.Waiting:
    found = Import.objects.under_way().aggregate(n=Count("pk"), since=Min("begun_at"))
    return needs.Waiting(found["n"], found["since"])


def _disabled(person: "User", at: datetime) -> needs.Waiting:
    disabled = WebhookEndpoint.objects.filter(disabled_at__isnull=False)
    found = disabled.aggregate(n=Count("pk"), since=Min("disabled_at"))
    return needs.Waiting(found["n"], found["since"])


def _replay(key: UUID, asked: Mapping[str, str], by: "Actor", at: datetime) -> None:
    webhooks.replay(attempt_id=key, by=by, at=at)


def _attempts_named(keys: Sequence[UUID]) -> dict[UUID, rowdeeds.Named]:
    rows = Attempt.objects.filter(pk__in=among(keys)).values_list("pk", "endpoint_id", "kind")
    return {
        pk: rowdeeds.Named(kind, reverse("webhook_attempt", args=[endpoint, pk]))
        for pk, endpoint, kind in rows
    }
