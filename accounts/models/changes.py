"""Four eyes: a change asked for by one person and approved by another."""

from django.db import models

from foundation.models import TenantModel


class ChangeRequest(TenantModel):
    """A change that waits for approval. What was asked for never changes (trigger)."""

    class State(models.TextChoices):
        """Where a request stands; only ``pending`` can move."""

        PENDING = "pending", "waits for approval"
        APPLIED = "applied", "approved and done"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "expired"

    kind = models.CharField(max_length=100)
    target_id = models.UUIDField()
    base_version = models.PositiveIntegerField()
    payload = models.JSONField()
    payload_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=1000)
    maker = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    needs = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(needs__gte=1), name="change_needs_somebody"),
            models.CheckConstraint(
                condition=models.Q(state="pending", ended_at=None)
                | (~models.Q(state="pending") & models.Q(ended_at__isnull=False)),
                name="change_ended_or_pending",
            ),
            models.UniqueConstraint(
                fields=["org_id", "kind", "target_id"],
                condition=models.Q(state="pending"),
                name="change_one_pending",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "state", "asked_at"], name="change_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Approval(TenantModel):
    """One person's approval of exactly the payload they saw; never the maker's (trigger)."""

    request = models.ForeignKey(
        ChangeRequest,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="approvals",
    )
    approver = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    payload_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "request", "approver"], name="approval_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.approver_id)
