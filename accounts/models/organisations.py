"""Organisations: the tenants."""

from django.core.validators import RegexValidator
from django.db import models

from kernel.ids import uuid7


class Organisation(models.Model):
    """A tenant: one studio, label, publisher or broadcaster (or a group that works as one)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*\Z", "Use a-z, 0-9 and -.")],
    )
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD")
    zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="organisation_currency"
            )
        ]

    def __str__(self) -> str:
        return self.name
