"""Events and their facts: added, sealed once, never changed. Plain ids: a log outlives them."""

from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.engine.checkpoints import moment
from audit.engine.verify_audit import GENESIS
from foundation.models import TenantModel


class EventQuerySet(models.QuerySet["Event"]):
    """Filters on events."""

    def unsealed(self) -> Self:
        """Return the events that have no place in the chain yet, oldest first."""
        return self.filter(seq=None).order_by("id")

    def sealed(self) -> Self:
        """Return the chain in its order."""
        return self.filter(seq__isnull=False).order_by("seq", "id")

    def head(self) -> tuple[int, bytes]:
        """Return the number and hash of the last sealed event; of an empty chain 0 and GENESIS."""
        last = self.sealed().values_list("seq", "hash").last()
        if last is None or last[0] is None or last[1] is None:
            return 0, GENESIS
        return last[0], bytes(last[1])

    def seal(self, numbered: list[tuple[Any, int, bytes]]) -> int:
        """Give each ``(id, seq, hash)`` its place; return how many had none."""
        fresh = [self.model(id=id, seq=seq, hash=hash) for id, seq, hash in numbered]
        return self.filter(seq=None).bulk_update(fresh, ["seq", "hash"], batch_size=500)


class Event(TenantModel):
    """One deed: who, what, to which row, when. What is personal lies in ``sealed``.

    Part ``n`` of ``sealed`` opens with the key of subject ``sealed_for[n]``.
    """

    code = models.CharField(max_length=100)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=100, default="", blank=True)
    subject_kind = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    refused = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, default="", blank=True)
    auth_level = models.CharField(max_length=20, default="", blank=True)
    sealed_for = ArrayField(models.UUIDField(), default=list)
    sealed = ArrayField(models.BinaryField(), default=list)
    facts_hash = models.CharField(max_length=64)
    seq = models.BigIntegerField(null=True)
    hash = models.BinaryField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["org_id", "id"], name="event_unsealed", condition=Q(seq__isnull=True)
            ),
            models.Index(
                fields=["org_id", "-seq"], name="event_chain", condition=Q(seq__isnull=False)
            ),
            models.Index(fields=["org_id", "subject_id", "-id"], name="event_of_subject"),
            models.Index(fields=["org_id", "actor_id", "-id"], name="event_of_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_sealed_wholly",
                condition=Q(seq=None, hash=None)
                | Q(seq__isnull=False, seq__gt=0, hash__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.id}"

    @property
    def recorded_at(self) -> datetime:
        """When the event was written, to the second; ``at`` is what the deed says."""
        return datetime.fromtimestamp((self.id.int >> 80) // 1000, UTC)

    def body(self) -> dict[str, Any]:
        """Return the open part, as the chain covers it."""
        return {
            "id": str(self.id),
            "org": str(self.org_id),
            "code": self.code,
            "at": moment(self.at),
            "actor": str(self.actor_id),
            "actor_kind": self.actor_kind,
            "actor_name": self.actor_name,
            "subject": str(self.subject_id),
            "subject_kind": self.subject_kind,
            "refused": self.refused,
            "request": self.request_id,
            "auth": self.auth_level,
            "sealed_for": [str(person) for person in self.sealed_for],
            "facts": self.facts_hash,
        }

    def parts(self) -> list[bytes]:
        """Return the encrypted parts as they lie."""
        return [bytes(part) for part in self.sealed]


class Fact(TenantModel):
    """Something that came true by a deed and that others need to know: ids and plain values."""

    deed_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=100)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["org_id", "deed_id", "number"], name="fact_of_deed")]

    def __str__(self) -> str:
        return f"{self.code} of {self.deed_id}"

    def body(self) -> dict[str, Any]:
        """Return the fact as the chain covers it."""
        return {"code": self.code, "data": self.data}
