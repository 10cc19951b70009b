"""Reference tables of rights: the tree of right types, and the public rates by territory."""

from django.db import models
from django.db.models import F, Q

from kernel.ids import uuid7
from territories.models.bitemporal import Bitemporal, sound_ranges


class RightType(models.Model):
    """A kind of use. The tree is intervals again: kinship of two rights is overlap."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    family = models.CharField(max_length=12)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    leaf = models.BooleanField()
    lower = models.BigIntegerField()
    upper = models.BigIntegerField()

    class Meta:
        ordering = ("lower", "-upper")
        constraints = [
            models.CheckConstraint(name="right_type_has_room", condition=Q(upper__gt=F("lower"))),
            models.UniqueConstraint(fields=["lower", "upper"], name="one_right_type_per_span"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def span(self) -> tuple[int, int]:
        """The interval as a pair."""
        return self.lower, self.upper


class RateKind(models.TextChoices):
    """What a rate multiplies."""

    PER_UNIT = "per_unit", "Amount per unit, or per minute if that is more"
    PERCENT = "percent", "Percent of the money named by the basis"


class Rate(Bitemporal):
    """A rate for a territory and a right type, by two clocks.

    ``per_unit``: ``value`` of ``currency`` per unit; a longer recording is due ``per_minute`` for
    each minute begun, where that is more. ``percent``: ``value`` percent of ``basis``.
    """

    territory = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    right_type = models.ForeignKey(
        "territories.RightType", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=RateKind.choices)
    value = models.DecimalField(max_digits=18, decimal_places=8)
    per_minute = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    currency = models.CharField(max_length=3, default="")
    basis = models.CharField(max_length=60, default="")
    source = models.CharField(max_length=200)
    example = models.BooleanField(default=False)

    class Meta:
        abstract = True


def sound_rate(prefix: str) -> list[models.BaseConstraint]:
    """Return the checks of a rate's own row, named after ``prefix``."""
    return [
        *sound_ranges(prefix),
        models.CheckConstraint(name=f"{prefix}_not_negative", condition=Q(value__gte=0)),
        models.CheckConstraint(
            name=f"{prefix}_has_its_unit",
            condition=(Q(kind=RateKind.PER_UNIT) & ~Q(currency=""))
            | (Q(kind=RateKind.PERCENT, per_minute=None, currency="") & ~Q(basis="")),
        ),
    ]


class TerritoryRate(Rate):
    """A public rate, such as a statutory one. An organisation's ``OrgRate`` shadows it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        constraints = [
            *sound_rate("territory_rate"),
            models.UniqueConstraint(
                fields=["territory", "right_type", "starts"],
                name="one_current_public_rate_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.right_type_id} from {self.starts}"
