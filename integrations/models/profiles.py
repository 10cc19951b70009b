"""An organisation's own import profiles, by version. A version never changes (trigger)."""

from django.db import models

from foundation.models import TenantModel


class ImportProfile(TenantModel):
    """One version of one profile; the highest version is the one in force."""

    name = models.CharField(max_length=50)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    document = models.JSONField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "name", "version"], name="import_profile_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
