"""The keys of data subjects: what is sealed for a person opens until their key is destroyed."""

from django.db import models
from django.db.models import Q

from foundation.models.base import TenantModel


class SubjectKey(TenantModel):
    """One subject's data key, wrapped; destroyed, the row stays behind as a tombstone."""

    subject_id = models.UUIDField()
    key_id = models.CharField(max_length=100, default="", blank=True)
    wrapped_key = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "subject_id"], name="one_key_per_subject"),
            models.CheckConstraint(
                name="a_destroyed_key_is_gone",
                condition=Q(destroyed_at=None, wrapped_key__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped_key=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "key_id"], name="keys_to_rewrap", condition=Q(destroyed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"key of {self.subject_id}"
