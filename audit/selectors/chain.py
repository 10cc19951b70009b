"""The chain as it lies in the database, checked against what was signed in the second place."""

import base64
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from audit.engine.second_place import SecondPlace
from audit.engine.verify_audit import finding, verify
from audit.models import Checkpoint, Event, Fact

_BATCH = 1000
LATE_SEAL = timedelta(minutes=1)
LATE_CHECKPOINT = timedelta(minutes=11)


def lines() -> Iterator[dict[str, Any]]:
    """Yield the current organisation's sealed events as an export holds them, in their order."""
    events = Event.objects.sealed().iterator(chunk_size=_BATCH)
    while batch := list(islice(events, _BATCH)):
        facts: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for fact in Fact.objects.filter(deed_id__in=[event.id for event in batch]).order_by(
            "number", "id"
        ):
            facts[fact.deed_id].append(fact.body())
        for event in batch:
            yield {
                "seq": event.seq,
                "hash": bytes(event.hash or b"").hex(),
                "body": event.body(),
                "facts": facts[event.id],
                "parts": [base64.b64encode(part).decode() for part in event.parts()],
            }


def check(org_id: UUID, place: SecondPlace, keys: list[bytes], now: datetime) -> dict[str, Any]:
    """Return the verifier's report on the current organisation, with what only we can see.

    ``findings`` are tampering; ``warnings`` are work that is late. What was signed is taken from
    the second place and compared with the database's own checkpoints.
    """
    there = place.read(org_id)
    here = [row.document() for row in Checkpoint.objects.order_by("number")]
    report = verify(lines(), there + here[len(there) :], keys)
    found = report["findings"] + _compare(here, there)
    if any(_org(document) not in (None, str(org_id)) for document in there):
        found.append(finding("organisation", None, "Checkpoints of another organisation lie here."))
    return report | {
        "org": str(org_id),
        "ok": not found,
        "findings": found,
        "checkpoints": len(there),
        "unsealed": Event.objects.unsealed().count(),
        "warnings": _late(report["checkpoint"], len(here) - len(there), now),
    }


def _org(document: dict[str, Any]) -> object:
    body = document.get("body")
    return body.get("org") if isinstance(body, dict) else None


def _compare(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a finding for each checkpoint that one place lacks or says otherwise."""
    found = []
    for number in range(1, max(len(here), len(there)) + 1):
        ours = here[number - 1] if number <= len(here) else None
        theirs = there[number - 1] if number <= len(there) else None
        if ours == theirs:
            continue
        if ours is None:
            detail = f"The database lacks checkpoint {number} of the second place."
        elif theirs is None and number == len(here):
            continue  # signed a moment ago: a warning, until the next round brings it over
        elif theirs is None:
            detail = f"The second place lacks checkpoint {number} of the database."
        else:
            detail = f"Checkpoint {number} differs between the database and the second place."
        found.append(finding("checkpoints", number, detail))
    return found


def _late(signed: int, missing: int, now: datetime) -> list[dict[str, Any]]:
    """Return a warning for each piece of the worker's work that is overdue."""
    late = []
    waiting = Event.objects.unsealed().first()
    if waiting is not None and now - waiting.recorded_at > LATE_SEAL:
        since = f"{waiting.recorded_at:%Y-%m-%d %H:%M} UTC"
        late.append(finding("unsealed", None, f"Events since {since} aren't sealed. {_DO}"))
    bare = Event.objects.sealed().filter(seq__gt=signed).first()
    if bare is not None and now - bare.recorded_at > LATE_CHECKPOINT:
        detail = f"Events from {bare.seq} on aren't under a checkpoint. {_DO}"
        late.append(finding("late", bare.seq, detail))
    if missing > 0:
        late.append(finding("late", None, f"A checkpoint isn't in the second place. {_DO}"))
    return late


_DO = "Look whether a worker and beat are running."
