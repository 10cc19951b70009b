"""The sequencer: gives each organisation's events their number and their chained hash."""

from uuid import UUID

from django.db import connection

from audit.engine.verify_audit import canonical, link, sealed_hash
from audit.models import Event
from foundation.tenancy import tenant_atomic

BATCH = 1000


def seal(org_id: UUID) -> int | None:
    """Seal all events of one organisation, batch by batch; return how many.

    None means that another worker has the chain in hand: try later.
    """
    total = 0
    while True:
        sealed = seal_batch(org_id)
        if sealed is None:
            return None
        total += sealed
        if sealed < BATCH:
            return total


def seal_batch(org_id: UUID, size: int = BATCH) -> int | None:
    """Seal up to ``size`` events in one transaction; None when the lock was refused."""
    with tenant_atomic(org_id):
        if not try_lock("audit.chain", org_id):
            return None
        events = list(Event.objects.unsealed()[:size])
        if not events:
            return 0
        seq, head = Event.objects.head()
        numbered: list[tuple[UUID, int, bytes]] = []
        for event in events:
            seq += 1
            head = link(head, seq, canonical(event.body()), sealed_hash(event.parts()))
            numbered.append((event.id, seq, head))
        return Event.objects.seal(numbered)


def try_lock(name: str, org_id: UUID) -> bool:
    """Take an advisory lock until the transaction ends, or return False at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{name}/{org_id}"]
        )
        return bool(cursor.fetchone()[0])
