"""The double-entry ledger: it grows, balances by construction, and posts each deed once."""

from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel


class Account(TenantModel):
    """One account in one currency, by kind, holder and deal (empty where it has none).

    Kinds: ``royalty_expense``; of a holder and deal ``earned`` (what we owe or they owe back),
    ``advance``, ``recoupable_cost``, ``reserve``, ``held``; of a holder ``payable``.
    """

    kind = models.CharField(max_length=24)
    currency = models.CharField(max_length=3)
    holder = models.ForeignKey(
        "holders.Holder",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    deal = models.ForeignKey(
        "royalties.Deal",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "kind", "currency", "holder", "deal"],
                nulls_distinct=False,
                name="account_once",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class Entry(TenantModel):
    """One deed in the ledger. ``reference`` makes a second posting of the same deed impossible."""

    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    run = models.ForeignKey(
        "royalties.Run",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    result_id = models.UUIDField(null=True)
    period = models.CharField(max_length=10)
    day = models.DateField()
    reason = models.CharField(max_length=500, default="", blank=True)
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    posted_at = models.DateTimeField()
    posted_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "reference"], name="entry_reference"),
            models.UniqueConstraint(
                fields=["org_id", "reverses"],
                condition=Q(reverses__isnull=False),
                name="entry_reversed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Transfer(TenantModel):
    """Money from a credit account to a debit account, in smallest units of their one currency."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, db_constraint=False, db_index=False, related_name="transfers"
    )
    debit = models.ForeignKey(
        Account, models.PROTECT, db_constraint=False, db_index=False, related_name="debits"
    )
    credit = models.ForeignKey(
        Account, models.PROTECT, db_constraint=False, db_index=False, related_name="credits"
    )
    amount = models.DecimalField(max_digits=30, decimal_places=0)
    currency = models.CharField(max_length=3)
    what = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "debit", "-id"], name="transfer_debit"),
            models.Index(fields=["org_id", "credit", "-id"], name="transfer_credit"),
            models.Index(fields=["org_id", "entry"], name="transfer_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
