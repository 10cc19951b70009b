"""A rights holder or payee, and the people who may look in on its behalf."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from foundation.models import TenantModel


class HolderKind(models.TextChoices):
    """What a holder is."""

    LABEL = "label", "Label"
    PUBLISHER = "publisher", "Publisher"
    SOCIETY = "society", "Society"
    DISTRIBUTOR = "distributor", "Distributor"
    ARTIST = "artist", "Artist"
    STUDIO = "studio", "Studio"
    PERSON = "person", "Person"
    OTHER = "other", "Other"


class Reserved(models.TextChoices):
    """The two holders that every organisation has from its first day."""

    HOUSE = "house", "The organisation itself"
    UNCLAIMED = "unclaimed", "Nobody known"


class HolderQuerySet(models.QuerySet["Holder"]):
    """Filters on holders."""

    def active(self) -> Self:
        """Those that may be chosen; the others are kept for history."""
        return self.filter(active=True)

    def coded(self, code: str) -> Self:
        """The one of that own code, in any spelling."""
        return self.filter(code=code.strip().upper()) if code.strip() else self.none()


class Holder(TenantModel):
    """Somebody who owns rights or is paid. ``code`` is the organisation's own short code.

    ``name_key`` and ``sort_key`` are the folded name as it is searched and as it is sorted ("Okafor
    Ada"). ``ipi`` and ``isni`` are bare digits, held to their check digits by the services.
    """

    kind = models.CharField(max_length=12, choices=HolderKind.choices)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_collation="C")
    sort_key = models.CharField(max_length=300, db_collation="C")
    code = models.CharField(max_length=64, default="", blank=True)
    ipi = models.CharField(max_length=11, default="", blank=True)
    isni = models.CharField(max_length=16, default="", blank=True)
    identifiers_confirmed = models.BooleanField(default=True)
    country = models.CharField(max_length=2, default="", blank=True)
    active = models.BooleanField(default=True)
    reserved = models.CharField(max_length=10, choices=Reserved.choices, default="", blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar = HolderQuerySet.as_manager()

    class Meta:
        permissions = [("holders.holder.view", "See this holder")]  # granted on one row
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "code"], name="holder_code", condition=~Q(code="")
            ),
            models.UniqueConstraint(
                fields=["org_id", "reserved"], name="holder_reserved", condition=~Q(reserved="")
            ),
            models.CheckConstraint(
                name="holder_reserved_stays_active", condition=Q(reserved="") | Q(active=True)
            ),
            models.CheckConstraint(name="holder_has_a_name", condition=~Q(name="")),
        ]
        indexes = [
            models.Index(fields=["org_id", "name_key"], name="holder_name"),
            models.Index(fields=["org_id", "sort_key", "id"], name="holder_sorted"),
            models.Index(fields=["org_id", "ipi"], name="holder_ipi", condition=~Q(ipi="")),
            models.Index(fields=["org_id", "isni"], name="holder_isni", condition=~Q(isni="")),
            GinIndex(
                fields=["org_id", "name_key"],
                name="holder_name_trigrams",
                opclasses=["uuid_ops", "gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccessSpan(models.Func):
    """The half-open range between two moments."""

    function = "tstzrange"
    output_field: ClassVar[DateTimeRangeField] = DateTimeRangeField()


class HolderUserQuerySet(models.QuerySet["HolderUser"]):
    """Portal access by time."""

    def in_force(self) -> Self:
        """What holds now, by the database's clock."""
        return self.filter(Q(ends=None) | Q(ends__gt=Now()), starts__lte=Now())


class HolderUser(TenantModel):
    """A person who may see a holder's statements, from a moment to another (open: NULL)."""

    holder = models.ForeignKey(
        Holder, models.PROTECT, db_constraint=False, db_index=False, related_name="portal_users"
    )
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, db_index=False, related_name="holder_access"
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    granted_by = models.UUIDField()
    reason = models.CharField(max_length=500, default="", blank=True)

    objects: ClassVar = HolderUserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="holder_user_ends_later", condition=Q(ends=None) | Q(ends__gt=F("starts"))
            ),
            ExclusionConstraint(
                name="holder_user_once_at_a_time",
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("holder", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (AccessSpan("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.holder_id}"
