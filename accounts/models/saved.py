"""Saved views of lists: a name for what an address asks of a list."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class SavedView(TenantModel):
    """A list as somebody wants to see it again: search, filters, order, columns."""

    class Shared(models.TextChoices):
        """Who sees it besides its owner."""

        PRIVATE = "private", "Only me"
        TEAM = "team", "A team of mine"
        ORGANISATION = "organisation", "Everybody here"

    list = models.CharField(max_length=200)
    caption = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    shared = models.CharField(max_length=12, choices=Shared.choices, default=Shared.PRIVATE)
    owner = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "list", "name"], name="saved_view_name"),
            models.CheckConstraint(
                condition=Q(shared="team", team__isnull=False)
                | Q(shared__in=("private", "organisation"), team=None),
                name="saved_view_of_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class StartView(TenantModel):
    """The view that a list opens with for one person."""

    person = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    list = models.CharField(max_length=200)
    view = models.ForeignKey(
        SavedView, models.PROTECT, db_constraint=False, db_index=False, related_name="starts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "person", "list"], name="one_start_view")
        ]

    def __str__(self) -> str:
        return self.list
