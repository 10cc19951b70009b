"""Questions of who reads the trail: its events, one in full, how far it is sealed and signed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.models import Checkpoint, Delivery, Event, Fact
from audit.models.deliveries import DeliveryQuerySet
from audit.models.events import EventQuerySet


def shown() -> EventQuerySet:
    """Return all events of the open organisation."""
    return Event.objects.all()


def facts_of(event: Event) -> list[Fact]:
    """Return what came true by an event, in order."""
    return list(Fact.objects.filter(deed_id=event.pk).order_by("number"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the chain goes: events under the last signed checkpoint, sealed, and waiting."""

    signed: int
    signed_at: datetime | None
    sealed: int
    waiting: int


def sealed() -> Sealed:
    """Return how far the open organisation's trail is sealed and signed."""
    last = Checkpoint.objects.order_by("-number").first()
    size, _ = Event.objects.head()
    waiting = Event.objects.unsealed().count()
    return Sealed(last.size if last else 0, last.at if last else None, size, waiting)


def outbox() -> DeliveryQuerySet:
    """Return all deliveries of the open organisation: what each subscriber is to be told."""
    return Delivery.objects.all()


def delivery(pk: UUID) -> Delivery | None:
    """Return one delivery, or None."""
    return Delivery.objects.filter(pk=pk).first()
