"""An organisation's own places, groups and rates; they shadow the public ones of the same name."""

from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from territories.models.bitemporal import Bitemporal, sound_ranges
from territories.models.rights import Rate, sound_rate


class Venue(TenantModel):
    """A place below a territory, named ``LOC:…``. Its interval is for good, even when it closes."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    territory = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lower = models.BigIntegerField()
    upper = models.BigIntegerField()
    zone = models.CharField(max_length=64, default="")
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "code"], name="one_venue_per_code"),
            models.UniqueConstraint(fields=["org_id", "lower"], name="one_venue_per_slot"),
            models.CheckConstraint(name="venue_has_room", condition=Q(upper__gt=F("lower"))),
            models.CheckConstraint(name="venue_code_says_so", condition=Q(code__startswith="LOC:")),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def span(self) -> tuple[int, int]:
        """The interval as a pair."""
        return self.lower, self.upper


class OrgGroup(TenantModel, Bitemporal):
    """A word of the organisation for an expression of public places and its own venues.

    One row says what the word means in a valid range; a word may mean different things over time.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    expression = models.TextField()

    class Meta:
        constraints = [
            *sound_ranges("org_group"),
            models.UniqueConstraint(
                fields=["org_id", "code", "starts"],
                name="one_current_meaning_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OrgRate(TenantModel, Rate):
    """An organisation's own rate, taken before a public one for the same place and right."""

    class Meta:
        constraints = [
            *sound_rate("org_rate"),
            models.UniqueConstraint(
                fields=["org_id", "territory", "right_type", "starts"],
                name="one_current_own_rate_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.right_type_id} from {self.starts}"
