"""Where the organisation's other systems want to be told, and each telling."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class WebhookEndpoint(TenantModel):
    """One address, what it is told of, and its secrets, sealed under its own key.

    ``former`` is the secret before the present one; both sign until ``former_until``. ``failures``
    counts tries in a row that failed; an endpoint disabled for them has ``disabled_at``.
    """

    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=50))
    secret = models.BinaryField()
    former = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="webhook_disabled_is_inactive", condition=Q(disabled_at=None) | Q(active=False)
            )
        ]

    def __str__(self) -> str:
        return self.url


class Attempt(TenantModel):
    """What one endpoint is to be told of one event, and how that went; ``next_at`` None: over."""

    class State(models.TextChoices):
        """How it stands."""

        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"

    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="attempts",
    )
    told_of = models.UUIDField()  # the outbox's delivery that asked for it
    kind = models.CharField(max_length=50)
    content = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "endpoint", "told_of"], name="attempt_once_per_delivery"
            ),
            models.CheckConstraint(
                name="attempt_waits_or_is_over",
                condition=Q(state="waiting", next_at__isnull=False, ended_at=None)
                | ~Q(state="waiting") & Q(next_at=None, ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "next_at", "id"], name="attempt_due", condition=Q(state="waiting")
            ),
            models.Index(fields=["org_id", "endpoint", "-made_at"], name="attempt_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
