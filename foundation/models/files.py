"""Files by content: the row says what a file is, the store holds its sealed bytes."""

from django.db import models
from django.db.models import Q

from foundation.models.base import TenantModel


class StoredFile(TenantModel):
    """One content, kept once per organisation; ``wrapped_key`` opens it until it is destroyed."""

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    key_id = models.CharField(max_length=100, default="", blank=True)
    wrapped_key = models.BinaryField(null=True)
    retain_until = models.DateField(null=True)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "sha256"],
                name="one_live_file_per_content",
                condition=Q(destroyed_at=None),
            ),
            models.CheckConstraint(
                name="a_destroyed_file_has_no_key",
                condition=Q(destroyed_at=None, wrapped_key__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped_key=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "retain_until"],
                name="file_retention",
                condition=Q(destroyed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name
