"""What was answered to a request that may come again."""

from django.db import models

from foundation.models.base import TenantModel


class IdempotencyKey(TenantModel):
    """One caller's key, the hash of what was asked under it, and the answer, byte for byte."""

    caller_id = models.UUIDField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=100)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "caller_id", "key"], name="one_answer_per_key_and_caller"
            )
        ]
        indexes = [models.Index(fields=["org_id", "created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
