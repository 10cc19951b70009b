"""What deals are given besides sales: costs, dated tables, exchange rates."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel
from royalties.models.deals import Deal


class Cost(TenantModel):
    """One cost of a deal; ``counts_on`` is the day whose accounting period takes it."""

    deal = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="costs"
    )
    category = models.CharField(max_length=64)
    amount = models.DecimalField(max_digits=30, decimal_places=15)
    currency = models.CharField(max_length=3)
    date = models.DateField()
    work = models.CharField(max_length=64, default="", blank=True)
    payee = models.CharField(max_length=64, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    source = models.CharField(max_length=120)
    file_name = models.CharField(max_length=255, default="", blank=True)
    file_row = models.PositiveIntegerField(null=True)
    counts_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "deal", "source"],
                condition=Q(withdrawn_at=None),
                name="cost_entered_once",
            )
        ]
        indexes = [models.Index(fields=["org_id", "deal", "counts_on"], name="cost_counts_on")]

    def __str__(self) -> str:
        return f"{self.category} {self.amount} {self.currency}"


class RateTable(TenantModel):
    """A dated table that deals name, such as mechanical rates. A change is a new number."""

    name = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "name", "number"], name="rate_table_number")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class FxRate(TenantModel):
    """So many units of ``currency`` for one of ``pivot``, by a source, on a day (bitemporal)."""

    source = models.CharField(max_length=32)
    pivot = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=30, decimal_places=15)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "source", "currency", "on"],
                condition=Q(superseded_at=None),
                name="fx_rate_one_in_force",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="fx_rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.currency} {self.rate}"
