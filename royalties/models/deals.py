"""A deal and its versions. A signed version never changes (trigger)."""

from datetime import date

from django.db import models

from foundation.models import TenantModel


class Deal(TenantModel):
    """A contract's money terms, by the code its documents carry."""

    class Direction(models.TextChoices):
        """Who pays."""

        OUT = "out", "we pay"
        IN = "in", "we are paid"

    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org_id", "code"], name="deal_code")]
        permissions = [("royalties.deal.see", "See this deal")]  # what can be granted on one row

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class DealVersionQuerySet(models.QuerySet["DealVersion"]):
    """Versions by what they are."""

    def signed(self) -> "DealVersionQuerySet":
        """Those that hold."""
        return self.filter(signed_at__isnull=False)

    def for_period(self, first_day: date) -> "DealVersionQuerySet":
        """Signed versions that have begun by a period's first day, the one in force first."""
        begun = models.Q(starts=None) | models.Q(starts__lte=first_day)
        return self.signed().filter(begun).order_by("-number")


class DealVersion(TenantModel):
    """One version of a deal; it holds for whole periods from ``starts`` (None: always)."""

    deal = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="versions"
    )
    number = models.PositiveIntegerField()
    starts = models.DateField(null=True)
    document = models.JSONField()
    opening = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    signed_at = models.DateTimeField(null=True)
    signed_by_request = models.UUIDField(null=True)

    objects = DealVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "deal", "number"], name="deal_version"),
            models.UniqueConstraint(
                fields=["org_id", "deal"],
                condition=models.Q(signed_at=None),
                name="deal_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by_request=None)
                | models.Q(signed_at__isnull=False, signed_by_request__isnull=False),
                name="deal_signed_by_request",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class DealPayee(TenantModel):
    """Which holder a deal's payee is. Fixed once a version is signed."""

    deal = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="payees"
    )
    payee = models.CharField(max_length=64)
    holder = models.ForeignKey(
        "holders.Holder", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "deal", "payee"], name="deal_payee_once")
        ]

    def __str__(self) -> str:
        return self.payee
