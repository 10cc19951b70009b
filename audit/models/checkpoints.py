"""Signed checkpoints of the chain; each also lies in a second place."""

from typing import Any

from django.db import models

from audit.engine.checkpoints import Mark
from foundation.models import TenantModel


class Checkpoint(TenantModel):
    """How many events the organisation had, the hash of the last, and our signature."""

    number = models.PositiveIntegerField()
    size = models.BigIntegerField()
    head = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "number"], name="checkpoints_are_numbered")
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.number} at {self.size}"

    def document(self) -> dict[str, Any]:
        """Return the checkpoint as it lies in the second place."""
        mark = Mark(self.org_id, self.number, self.size, bytes(self.head), self.at)
        return {"body": mark.body(), "signature": bytes(self.signature).hex()}
