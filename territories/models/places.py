"""Reference tables of places: the tree, and the groups with dated membership."""

from django.db import models
from django.db.models import F, Q

from kernel.ids import uuid7
from territories.models.bitemporal import Bitemporal, sound_ranges


class Scope(models.TextChoices):
    """How large a place is."""

    WORLD = "world", "World"
    COUNTRY = "country", "Country"
    SUBDIVISION = "subdivision", "Subdivision"
    LOCAL = "local", "Venue"


class Territory(models.Model):
    """A public place. ``[lower, upper)`` lies inside the parent's interval and never changes."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=200)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    lower = models.BigIntegerField()
    upper = models.BigIntegerField()
    alpha_3 = models.CharField(max_length=3, default="")
    tis_number = models.PositiveIntegerField(null=True, unique=True)
    zone = models.CharField(max_length=64, default="")
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        ordering = ("code",)
        indexes = [models.Index(fields=["lower", "upper"], name="territory_span")]
        constraints = [
            models.CheckConstraint(name="territory_has_room", condition=Q(upper__gt=F("lower"))),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def span(self) -> tuple[int, int]:
        """The interval as a pair."""
        return self.lower, self.upper


class Source(models.TextChoices):
    """Who says so."""

    PUBLIC = "public", "Shipped with the product"
    TIS = "tis", "CISAC's territory information system"


class TerritoryGroup(models.Model):
    """A group of places that everybody knows by one name. Its members are dated."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    tis_number = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PUBLIC)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "tis_number"], name="one_group_per_tis_number_and_source"
            )
        ]

    def __str__(self) -> str:
        return self.code


class GroupMember(Bitemporal):
    """A country's membership of a group, by two clocks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TerritoryGroup, on_delete=models.PROTECT, related_name="members")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [
            *sound_ranges("group_member"),
            models.UniqueConstraint(
                fields=["group", "territory", "starts"],
                name="one_current_membership_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} in {self.group_id}"
