"""Look after webhooks: make, change, rotate the secret, delete; note what each is to be told."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
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


class WebhookChanged(DomainError):
    """A webhook that somebody else changed since it was looked at."""

    code = "webhook_changed"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook with the secret it has just got."""

    webhook: WebhookEndpoint
    secret: str


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
    seen: str | None = None,
) -> WebhookEndpoint:
    """Change an endpoint; one that is made active again begins anew with no failures.

    ``seen`` is the ``fingerprint`` of what the person looked at. Raises BadWebhook, AddressRefused,
    WebhookChanged.
    """
    (row,) = lock_for_change((WebhookEndpoint, [endpoint_id]))
    if seen is not None and seen != fingerprint(row):
        raise WebhookChanged("Somebody changed this webhook meanwhile. Look at it again.")
    before = _told(row)
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
    _record("changed", row, by, at, before=before)
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
def make_and_show(*, url: str, kinds: Iterable[str], by: Actor, at: datetime) -> NewSecret:
    """Make an endpoint and return it with its secret, to be shown this once; both are recorded."""
    row = make(url=url, kinds=kinds, by=by, at=at)
    return NewSecret(row, secret_of(endpoint_id=row.pk, by=by, at=at))


@transaction.atomic
def rotate_and_show(*, endpoint_id: UUID, by: Actor, at: datetime) -> NewSecret:
    """Rotate an endpoint's secret and return the new one, to be shown this once."""
    row = rotate(endpoint_id=endpoint_id, by=by, at=at)
    return NewSecret(row, secret_of(endpoint_id=row.pk, by=by, at=at))


@transaction.atomic
def delete(*, endpoint_id: UUID, by: Actor, at: datetime, reason: str = "") -> None:
    """Delete an endpoint with its secrets and all it was told; the audit trail keeps its story.

    What is on its way to it just now may still arrive. Raises BadWebhook.
    """
    # The whole row's lock: whoever notes something for it meanwhile waits, and finds it gone.
    row = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if row is None:
        raise BadWebhook("There is no such webhook here any more.")
    events.record(
        "integrations.webhook.deleted",
        subject=row,
        actor=by,
        at=at,
        reason=reason,
        before=_told(row),
    )
    Attempt.objects.filter(endpoint=row).delete()
    row.delete()


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


REPLAYING = "integrations.webhook_replaying"  # by a job, row by row


@transaction.atomic
def replay(*, attempt_id: UUID, by: Actor, at: datetime) -> Attempt:
    """Tell an endpoint again what it was told, or was to be told. Raises BadWebhook."""
    (row,) = lock_for_change((Attempt, [attempt_id]))
    _again([row], at)
    events.record(
        "integrations.webhook.replayed",
        subject=row.endpoint,
        actor=by,
        at=at,
        after={"attempt": row.pk},
    )
    found: Attempt = row
    return found


@transaction.atomic
def replay_all(*, endpoint_id: UUID, attempt_ids: Iterable[UUID], by: Actor, at: datetime) -> int:
    """Tell one endpoint several things again, as one deed; return how many.

    Raises BadWebhook, and RowGone where one of them isn't there.
    """
    rows = lock_for_change((Attempt, attempt_ids))
    if any(row.endpoint_id != endpoint_id for row in rows):
        raise BadWebhook("These are of several webhooks. Choose those of one.")
    _again(rows, at)
    events.record(
        "integrations.webhook.replayed",
        subject=("integrations.webhookendpoint", endpoint_id),
        actor=by,
        at=at,
        after={"attempts": [row.pk for row in rows]},
    )
    return len(rows)


def fingerprint(row: WebhookEndpoint) -> str:
    """Return what tells an endpoint's address and events from any others."""
    return sha256(json.dumps([row.url, row.events]).encode()).hexdigest()


def _again(rows: list[Attempt], at: datetime) -> None:
    """Let attempts of active endpoints begin anew, at once."""
    wanted = {row.endpoint_id for row in rows}
    if WebhookEndpoint.objects.filter(pk__in=wanted, active=False).exists():
        raise BadWebhook("The webhook isn't active. Make it active first.")
    for row in rows:
        row.state, row.next_at, row.ended_at = Attempt.State.WAITING, at, None
        row.tries, row.error = 0, ""
    Attempt.objects.bulk_update(rows, ["state", "next_at", "ended_at", "tries", "error"])


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


def _told(row: WebhookEndpoint) -> dict[str, Any]:
    return {"url": row.url, "events": row.events, "active": row.active}


def _record(
    deed: str,
    row: WebhookEndpoint,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
) -> None:
    events.record(
        f"integrations.webhook.{deed}",
        subject=row,
        actor=by,
        at=at,
        before=before,
        after=_told(row),
    )
