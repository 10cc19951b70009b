"""A request that may come twice has one effect and one answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from foundation.models.idempotency import IdempotencyKey
from foundation.tenancy import current_org, tenant_atomic
from kernel.errors import DomainError

KEPT = timedelta(days=30)


class StillInFlight(DomainError):
    """The first request with this key is still being answered."""

    code = "idempotency_in_flight"


class KeyReused(DomainError):
    """The key came before with another request."""

    code = "idempotency_key_reused"
    status = 422


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets: an HTTP status, the exact bytes, and the headers that go with them."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def request_hash(method: str, path: str, body: bytes) -> str:
    """Return the hash that a repeated request must have."""
    return sha256(b"\0".join([method.upper().encode(), path.encode(), body])).hexdigest()


def once(
    *, key: str, caller_id: UUID, asked: str, at: datetime, act: Callable[[], Answer]
) -> Answer:
    """Return the answer of ``act``, or the one given before for the same caller and ``key``.

    ``asked`` is ``request_hash``. Runs in the open transaction: effect and answer commit together,
    and when the effect is rolled back nothing is remembered. Only successes (below 400) are kept,
    for 30 days. Raises StillInFlight and KeyReused.
    """
    if not _alone(caller_id, key):
        raise StillInFlight("The first request with this key is still running. Ask again shortly.")
    before = IdempotencyKey.objects.filter(caller_id=caller_id, key=key).first()
    if before is not None:
        if before.request_hash != asked:
            raise KeyReused("This key was used with another request. Use a new key for this one.")
        return Answer(before.status, bytes(before.body), before.media_type, before.headers)
    answer = act()
    if answer.status < 400:
        IdempotencyKey(
            caller_id=caller_id,
            key=key,
            request_hash=asked,
            status=answer.status,
            media_type=answer.media_type,
            body=answer.body,
            headers=answer.headers,
            created_at=at,
        ).save(force_insert=True)
    return answer


def forget(*, at: datetime) -> int:
    """Remove the answers older than 30 days, in every organisation; return how many."""
    removed = 0
    for org_id in import_string(settings.TENANTS)():
        with tenant_atomic(org_id):
            removed += IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]
    return removed


def _alone(caller_id: UUID, key: str) -> bool:
    """Take the key for this transaction; False while another one has it."""
    name = sha256(f"{current_org()}/{caller_id}/{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        number = int.from_bytes(name, "big", signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
