"""The outbox: one row for each subscriber of an event or a fact."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Filters on deliveries."""

    def open(self) -> Self:
        """Return what is neither delivered nor given up."""
        return self.filter(delivered_at=None, failed_at=None)

    def due(self, now: datetime) -> Self:
        """Return what may be tried now, oldest first."""
        return self.open().filter(next_at__lte=now).order_by("next_at", "id")


class Delivery(TenantModel):
    """What one subscriber is to be told; ``next_at`` is the next try, or the end of a claim."""

    event_id = models.UUIDField()
    fact_id = models.UUIDField(null=True)
    code = models.CharField(max_length=100)
    task = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["org_id", "next_at", "id"],
                name="delivery_open",
                condition=Q(delivered_at=None, failed_at=None),
            ),
            models.Index(fields=["org_id", "event_id"], name="delivery_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.code} to {self.task}"
