"""Send what waits for webhooks: signed, tried again for about a day, never inside a transaction."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.actors import SYSTEM
from audit.services import events
from audit.services.deliveries import backoff
from foundation import outbound
from foundation.tenancy import tenant_atomic
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhooks
from kernel.errors import DomainError

SIGNATURE = "MediaTrack-Signature"
BATCH = 20
TRIES = 18  # about a day
FAILURES = 50  # in a row, whatever was to be told: then the endpoint is disabled
CLAIM = timedelta(minutes=5)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and where to."""

    attempt: UUID
    endpoint: UUID
    tries: int
    url: str
    content: bytes
    secrets: list[bytes]


def send_due(org_id: UUID, *, now: datetime | None = None) -> int:
    """Send what is due in one organisation; return how many endpoints took theirs.

    After a failure the other letters of that endpoint wait: one that is down holds nobody up.
    """
    sent, down = 0, set[UUID]()
    for letter in _claimed(org_id, now or timezone.now()):
        if letter.endpoint in down:
            _put_back(org_id, letter)
        elif _send(org_id, letter):
            sent += 1
        else:
            down.add(letter.endpoint)
    return sent


def signature(content: bytes, secrets: list[bytes], *, at: datetime) -> str:
    """Return the header that proves who sent ``content``, and when: one v1 for each secret."""
    moment = str(int(at.timestamp()))
    signed = moment.encode() + b"." + content
    proofs = [hmac.new(secret, signed, sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={proof}" for proof in proofs)])


def _claimed(org_id: UUID, now: datetime) -> list[Letter]:
    """Take what is due and nobody holds; a try counts when it is claimed."""
    with tenant_atomic(org_id):
        due = Attempt.objects.filter(
            state=Attempt.State.WAITING, next_at__lte=now, endpoint__active=True
        )
        rows = due.order_by("next_at", "id").select_related("endpoint")
        found = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        for row in found:
            row.tries += 1
            row.next_at = now + max(CLAIM, backoff(row.tries))
        Attempt.objects.bulk_update(found, ["tries", "next_at"])
        return [_letter(row, now) for row in found]


def _letter(row: Attempt, now: datetime) -> Letter:
    content = json.dumps({"id": str(row.pk), **row.content}, separators=(",", ":")).encode()
    secrets = webhooks.secrets_of(row.endpoint, at=now)
    return Letter(row.pk, row.endpoint_id, row.tries, row.endpoint.url, content, secrets)


def _send(org_id: UUID, letter: Letter) -> bool:
    at, status, error = timezone.now(), None, ""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "MediaTrack-Pro-Webhooks/1",
        SIGNATURE: signature(letter.content, letter.secrets, at=at),
    }
    try:
        status = outbound.post(letter.url, letter.content, headers)
    except DomainError as trouble:
        error = trouble.code
    except Exception as trouble:  # whatever one address does, the others are told
        log.exception("webhook failed", attempt=str(letter.attempt))
        error = type(trouble).__name__
    if status is not None and not 200 <= status < 300:
        error = f"answered {status}"
    with tenant_atomic(org_id):
        if error:
            _failed(letter, status, error, timezone.now())
        else:
            _delivered(letter, status, timezone.now())
    return not error


def _mine(letter: Letter) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        pk=letter.attempt, tries=letter.tries, state=Attempt.State.WAITING
    )


def _delivered(letter: Letter, status: int | None, at: datetime) -> None:
    _mine(letter).update(
        state=Attempt.State.DELIVERED, status=status, error="", next_at=None, ended_at=at
    )
    WebhookEndpoint.objects.filter(pk=letter.endpoint).update(failures=0)


def _failed(letter: Letter, status: int | None, error: str, at: datetime) -> None:
    over = letter.tries >= TRIES
    _mine(letter).update(
        state=Attempt.State.FAILED if over else Attempt.State.WAITING,
        status=status,
        error=error[:200],
        next_at=None if over else at + backoff(letter.tries),
        ended_at=at if over else None,
    )
    endpoints = WebhookEndpoint.objects.filter(pk=letter.endpoint)
    endpoints.update(failures=F("failures") + 1)
    if over or endpoints.filter(failures__gte=FAILURES).exists():
        stopped = endpoints.filter(active=True).update(active=False, disabled_at=at)
        if stopped:
            events.record(
                "integrations.webhook.disabled",
                subject=("integrations.webhookendpoint", letter.endpoint),
                actor=SYSTEM,
                at=at,
                reason=error,
            )


def _put_back(org_id: UUID, letter: Letter) -> None:
    with tenant_atomic(org_id):
        _mine(letter).update(tries=F("tries") - 1, next_at=timezone.now() + backoff(letter.tries))
