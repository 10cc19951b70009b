"""Look after webhooks: make, change, rotate the secret; note what each is to be told."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actors import Actor
from audit.services import events
from audit.services.deliveries import Notice
from foundation import keys, outbound
from foundation.locks import lock_for_change
from integrations.models import Attempt, WebhookEndpoint
from kernel.errors import DomainError
from kernel.ids import uuid7

# What an endpoint may be told of, by the event or fact behind it.
KINDS = {
    "royalties.run.posted": "run.posted",
    "royalties.statement.issued": "statement.issued",
    "royalties.statement.published": "statement.published",
    "royalties.sales.unmatched": "exception.opened",
    "royalties.match.decided": "exception.decided",
}
OVERLAP = timedelta(hours=24)


class BadWebhook(DomainError):
    """A webhook that can't be made or changed as asked."""

    code = "bad_webhook"
    status = 422


@transaction.atomic
def make(
    *, url: str, kinds: Iterable[str], by: Actor, at: datetime, endpoint_id: UUID | None = None
) -> WebhookEndpoint:
    """Make an endpoint; its secret is read by ``secret_of``. Raises BadWebhook, AddressRefused."""
    outbound.target(url)
    row = WebhookEndpoint(
        id=endpoint_id or uuid7(), url=url, events=_known(kinds), made_at=at, made_by=by.actor_id
    )
    row.secret = _sealed(row.pk, _fresh())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise BadWebhook("A webhook with this id is there already.") from error
    _record("made", row, by, at)
    return row


@transaction.atomic
def change(
    *,
    endpoint_id: UUID,
    by: Actor,
    at: datetime,
    url: str | None = None,
    kinds: Iterable[str] | None = None,
    active: bool | None = None,
) -> WebhookEndpoint:
    """Change an endpoint; one that is made active again begins anew with no failures."""
    (row,) = lock_for_change((WebhookEndpoint, [endpoint_id]))
    if url is not None:
        outbound.target(url)
        row.url = url
    if kinds is not None:
        row.events = _known(kinds)
    if active is not None:
        row.active = active
        if active:
            row.failures, row.disabled_at = 0, None
    row.save(update_fields=["url", "events", "active", "failures", "disabled_at"])
    _record("changed", row, by, at)
    found: WebhookEndpoint = row
    return found


@transaction.atomic
def rotate(*, endpoint_id: UUID, by: Actor, at: datetime) -> WebhookEndpoint:
    """Give an endpoint a new secret; the former one signs too for a day."""
    (row,) = lock_for_change((WebhookEndpoint, [endpoint_id]))
    row.former, row.former_until = row.secret, at + OVERLAP
    row.secret = _sealed(row.pk, _fresh())
    row.save(update_fields=["former", "former_until", "secret"])
    _record("rotated", row, by, at)
    found: WebhookEndpoint = row
    return found


@transaction.atomic
def secret_of(*, endpoint_id: UUID, by: Actor, at: datetime) -> str:
    """Return an endpoint's present secret; that it was read is recorded."""
    row = WebhookEndpoint.objects.get(pk=endpoint_id)
    _record("secret_read", row, by, at)
    return secrets_of(row, at=at)[0].decode()


def secrets_of(row: WebhookEndpoint, *, at: datetime) -> list[bytes]:
    """Return the secrets that sign now, the present one first."""
    found = [bytes(row.secret)]
    if row.former is not None and row.former_until is not None and at < row.former_until:
        found.append(bytes(row.former))
    return [keys.decrypt(row.pk, each, context=_place(row.pk)) for each in found]


def tell(notice: Notice) -> None:
    """Note for every endpoint that wants it what it is to be told; the outbox calls this."""
    kind = KINDS[notice.code]
    wanting = WebhookEndpoint.objects.filter(active=True, events__contains=[kind])
    data = {"subject": str(notice.subject_id), "subject_kind": notice.subject_kind, **notice.data}
    Attempt.objects.bulk_create(
        [
            Attempt(
                endpoint=row,
                told_of=notice.delivery_id,
                kind=kind,
                content={
                    "type": kind,
                    "at": notice.at.isoformat(),
                    "organisation": str(row.org_id),
                    "event": str(notice.event_id),
                    "data": data,
                },
                next_at=notice.at,
                made_at=notice.at,
            )
            for row in wanting
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def replay(*, attempt_id: UUID, by: Actor, at: datetime) -> Attempt:
    """Tell an endpoint again what it was told, or was to be told. Raises BadWebhook."""
    (row,) = lock_for_change((Attempt, [attempt_id]))
    endpoint = row.endpoint
    if not endpoint.active:
        raise BadWebhook("The webhook isn't active. Make it active first.")
    row.state, row.next_at, row.ended_at = Attempt.State.WAITING, at, None
    row.tries, row.error = 0, ""
    row.save(update_fields=["state", "next_at", "ended_at", "tries", "error"])
    events.record(
        "integrations.webhook.replayed",
        subject=endpoint,
        actor=by,
        at=at,
        after={"attempt": row.pk},
    )
    found: Attempt = row
    return found


def _known(kinds: Iterable[str]) -> list[str]:
    wanted = sorted(set(kinds))
    if not wanted or set(wanted) - set(KINDS.values()):
        raise BadWebhook(f"Name some of these events: {', '.join(KINDS.values())}.")
    return wanted


def _fresh() -> bytes:
    return f"whsec_{secrets.token_urlsafe(32)}".encode()


def _sealed(endpoint_id: UUID, secret: bytes) -> bytes:
    return keys.encrypt(endpoint_id, secret, context=_place(endpoint_id))


def _place(endpoint_id: UUID) -> str:
    return f"integrations_webhookendpoint/{endpoint_id}/secret"


def _record(deed: str, row: WebhookEndpoint, by: Actor, at: datetime) -> None:
    events.record(
        f"integrations.webhook.{deed}",
        subject=row,
        actor=by,
        at=at,
        after={"url": row.url, "events": row.events, "active": row.active},
    )
