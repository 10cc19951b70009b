"""Statements: what a holder is told about one period, frozen with its hash."""

from django.db import models

from foundation.models import TenantModel
from royalties.models.runs import Run


class Statement(TenantModel):
    """One payee, one currency, one run. ``content`` holds figures and ids, never names."""

    holder = models.ForeignKey(
        "holders.Holder", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    run = models.ForeignKey(
        Run, models.PROTECT, db_constraint=False, db_index=False, related_name="statements"
    )
    number = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    period = models.CharField(max_length=10)
    first_day = models.DateField()
    end_day = models.DateField()
    earned = models.DecimalField(max_digits=30, decimal_places=4)
    payable = models.DecimalField(max_digits=30, decimal_places=4)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        permissions = [("royalties.statement.see", "See this statement")]  # granted on one row
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "run", "holder", "currency"], name="statement_once"
            ),
            models.UniqueConstraint(fields=["org_id", "number"], name="statement_number"),
        ]
        indexes = [
            models.Index(fields=["org_id", "-end_day", "-id"], name="statement_newest"),
            models.Index(fields=["org_id", "holder", "-end_day"], name="statement_of_holder"),
        ]

    def __str__(self) -> str:
        return self.number
