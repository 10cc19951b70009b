"""Record what was done, or refused. An event is part of its deed: both are kept, or neither."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from audit import context
from audit.actors import Actor
from audit.engine.plain import plain
from audit.engine.verify_audit import canonical
from audit.models import Delivery, Event, Fact
from audit.services.subscriptions import subscribe, told_of
from foundation import keys
from foundation.tenancy import afterwards, current_org, tenant_atomic
from kernel.errors import DomainError
from kernel.ids import uuid7

__all__ = ["NotInADeed", "record", "refuse", "subscribe"]

Subject = Model | tuple[str, UUID]
FactLike = tuple[str, Mapping[str, Any]]
log = structlog.get_logger(__name__)


class NotInADeed(DomainError):
    """An event was to be recorded outside a transaction of an organisation."""

    code = "not_in_a_deed"
    status = 500


@dataclass
class _Sealing:
    """The personal parts of one event, each under its person's own key, in a fixed order."""

    event_id: UUID
    people: list[UUID] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    def add(self, person: UUID, content: Mapping[str, Any]) -> None:
        """Seal ``content`` for ``person``; of an erased person nothing is kept again."""
        present = {name: value for name, value in content.items() if value not in (None, "", {})}
        if not present:
            return
        place = f"audit_event/{self.event_id}/{len(self.people)}"
        try:
            part = keys.encrypt(person, canonical(plain(present)), context=place)
        except keys.SubjectErased:
            part = b""
        self.people.append(person)
        self.parts.append(part)


def record(
    code: str,
    *,
    subject: Subject,
    actor: Actor,
    at: datetime | None = None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    personal: Mapping[Any, Any] | None = None,
    facts: Iterable[FactLike] = (),
) -> Event:
    """Write the one root event of a deed, in its transaction, with its facts and deliveries.

    ``reason``, ``before`` and ``after`` are sealed for the subject. ``personal`` is sealed too:
    given by person (``{id: {…}}``) for each of them, else for the subject. ``facts`` are
    ``(code, data)``; their data lies open, so it holds ids and never names. Values are texts,
    numbers (no floats), dates, ids, lists and mappings. Raises NotInADeed, and whatever stops the
    event from being written, which must end the deed.
    """
    if not connection.in_atomic_block or current_org() is None:
        raise NotInADeed(f"{code} was to be recorded outside a deed. Open tenant_atomic first.")
    kind, subject_id = _named(subject)
    own, others = _by_person(personal)
    sealing = _Sealing(uuid7())
    told = {"reason": reason, "before": before, "after": after, "personal": own}
    sealing.add(subject_id, told)
    for person in sorted(others):
        sealing.add(person, {"personal": others[person]})
    return _write(code, kind, subject_id, actor, at, sealing, list(facts), refused=False)


def refuse(
    code: str,
    *,
    subject: Subject,
    actor: Actor,
    at: datetime | None = None,
    reason: str = "",
    personal: Mapping[str, Any] | None = None,
    org_id: UUID | None = None,
) -> None:
    """Write that something was refused, in a transaction of its own after the deed's rollback.

    ``org_id`` names the organisation where none is open. A refusal that concerns no organisation
    (an unknown address signing in) has no chain to stand in: it goes to the log, without
    what is personal.
    """
    org_id = current_org() or org_id
    kind, subject_id = _named(subject)
    if org_id is None:
        log.warning("refused", code=code, subject_kind=kind, subject_id=str(subject_id))
        return
    circumstances, moment, tenant = context.current(), at or timezone.now(), org_id

    def write() -> None:
        with tenant_atomic(tenant), context.under(circumstances):
            sealing = _Sealing(uuid7())
            sealing.add(subject_id, {"reason": reason, "personal": personal})
            _write(code, kind, subject_id, actor, moment, sealing, [], refused=True)

    afterwards(write)


def _write(
    code: str,
    kind: str,
    subject_id: UUID,
    actor: Actor,
    at: datetime | None,
    sealing: _Sealing,
    facts: list[FactLike],
    *,
    refused: bool,
) -> Event:
    circumstances = context.current()
    sealing.add(actor.actor_id, {"ip": circumstances.ip})
    fresh = [
        Fact(deed_id=sealing.event_id, number=number, code=name, data=plain(data))
        for number, (name, data) in enumerate(facts, start=1)
    ]
    event = Event(
        id=sealing.event_id,
        code=code,
        at=at or timezone.now(),
        actor_id=actor.actor_id,
        actor_kind=actor.actor_kind,
        actor_name=getattr(actor, "actor_name", ""),
        subject_kind=kind,
        subject_id=subject_id,
        refused=refused,
        request_id=circumstances.request_id,
        auth_level=circumstances.auth_level(),
        sealed_for=sealing.people,
        sealed=sealing.parts,
        facts_hash=hashlib.sha256(canonical([fact.body() for fact in fresh])).hexdigest(),
    )
    event.save(force_insert=True)
    Fact.objects.bulk_create(fresh)
    Delivery.objects.bulk_create(_deliveries(event, fresh))
    return event


def _deliveries(event: Event, facts: list[Fact]) -> list[Delivery]:
    """Return one row for each subscriber of the event and of its facts."""
    due = timezone.now()
    rows = [
        Delivery(event_id=event.id, code=event.code, task=task, next_at=due)
        for task in told_of(event.code, root=True)
    ]
    for fact in facts:
        rows += [
            Delivery(event_id=event.id, fact_id=fact.id, code=fact.code, task=task, next_at=due)
            for task in told_of(fact.code, root=False)
        ]
    return rows


def _named(subject: Subject) -> tuple[str, UUID]:
    if isinstance(subject, Model):
        return subject._meta.label_lower, subject.pk
    return subject


def _by_person(
    personal: Mapping[Any, Any] | None,
) -> tuple[Mapping[str, Any] | None, dict[UUID, Mapping[str, Any]]]:
    """Return what is the subject's own, and what is each other person's."""
    if personal and all(isinstance(key, UUID) for key in personal):
        return None, dict(personal)
    return personal, {}
