"""Claims and shares: rows are added and superseded, never changed (triggers see to it)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from foundation.models.keysets import gathered
from foundation.models.known import KnownQuerySet, live_index, superseded_later
from rights.engine.layers import DEFAULT
from territories.fields import SpanSetField
from territories.geography.spans import Span, SpanSet


class Source(models.TextChoices):
    """Where a claim comes from."""

    DEFAULT = DEFAULT, "Registered with the work; yields to any other"
    CONTRACT = "contract", "Contract"
    SOCIETY = "society", "Society"
    IMPORT = "import", "Imported file"
    ADJUDICATION = "adjudication", "Adjudication"


class DateRule(models.TextChoices):
    """Which day's members a group in the territory has; empty where none is named."""

    SIGNATURE = "signature", "As the groups were on the day of signature"
    CURRENT = "current", "As the groups are on the day that is asked about"


# A default that yields to another claim somewhere: what it still holds is a gap. Lists find these
# by an index of this condition, word for word.
IN_PART = Q(source=DEFAULT, superseded_at=None, waiting=False) & ~Q(
    rights=F("claimed_rights"), span=F("claimed_span"), window=F("claimed_window")
)


class ClaimQuerySet(KnownQuerySet["Claim"]):
    """Filters by what a claim covers and by the two clocks."""

    def holding_on(self, day: date | None) -> Self:
        """Return the rows that hold on ``day``; None: whenever they hold."""
        return self if day is None else self.filter(window__contains=day)

    def to_right(self, span: Span, kin: Sequence[str]) -> Self:
        """Return the rows that cover some of a right type's interval.

        ``kin`` are the right types around and below it: only claims to these can. They are told to
        PostgreSQL too, which behind the wall finds rows by plain equality alone.
        """
        return self.filter(right_type_id__in=kin, rights__overlaps=SpanSet((span,)))

    def in_places(self, places: SpanSet) -> Self:
        """Return the rows that cover some of ``places``."""
        return self.filter(span__overlaps=places)

    def following(self, last: tuple[UUID, UUID] | None) -> Self:
        """Return the rows after ``(work, row)``, as they are ordered by these two."""
        if last is None:
            return self
        work_id, row_id = last
        later = Q(work_id__gt=work_id) | Q(work_id=work_id, id__gt=row_id)
        return self.filter(later, work_id__gte=work_id)

    def of_holder(self, holder_id: UUID) -> Self:
        """Return the rows in which a holder has a share."""
        return self.filter(
            pk__in=gathered(Share.objects.filter(holder_id=holder_id).values("claim_id"))
        )


class HeldManager(models.Manager.from_queryset(ClaimQuerySet)):  # type: ignore[misc]
    """The rows that hold: what waits for the end of a conflict is left out."""

    def get_queryset(self) -> ClaimQuerySet:
        """Return them."""
        rows: ClaimQuerySet = super().get_queryset()
        return rows.filter(waiting=False)


class Claim(TenantModel):
    """A piece of what one claim holds: ``rights`` in ``span`` during ``window``.

    ``origin`` is the claim's identity through all its pieces and corrections. ``right_type``,
    ``written`` and the columns ``claimed_…`` say what it claims; ``rights``, ``span`` (in words:
    ``territory``) and ``window`` what it holds, where no narrower claim lies above it.
    Live rows of a work never overlap, and together fill every right they touch. Besides them stand
    those that are ``waiting``: what a claim says where another, that it is in conflict with, holds.
    ``objects`` are the rows that hold, ``every`` both.
    """

    origin = models.UUIDField()
    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    right_type = models.ForeignKey(
        "territories.RightType", models.PROTECT, db_index=False, related_name="+"
    )
    rights = SpanSetField()
    written = models.TextField()
    date_rule = models.CharField(max_length=9, choices=DateRule.choices, default="", blank=True)
    resolved_on = models.DateField(null=True)
    claimed_rights = SpanSetField()
    claimed_span = SpanSetField()
    claimed_window = DateRangeField()
    territory = models.TextField()
    span = SpanSetField()
    window = DateRangeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    source_ref = models.CharField(max_length=200, default="", blank=True)
    override_reason = models.CharField(max_length=500, default="", blank=True)
    parts_total = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    waiting = models.BooleanField(default=False)

    objects: ClassVar = HeldManager()
    every: ClassVar = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="claim_has_parts", condition=Q(parts_total__gt=0)),
            superseded_later("claim"),
            ExclusionConstraint(
                name="one_claim_to_a_right_at_a_time",
                condition=Q(superseded_at=None, waiting=False),
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("work", RangeOperators.EQUAL),
                    ("rights", RangeOperators.OVERLAPS),
                    ("span", RangeOperators.OVERLAPS),
                    ("window", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "origin"], name="claim_origin"),
            live_index("claim_live_by_work", "work", "id"),
            models.Index(fields=["org_id", "id"], name="claim_gap", condition=IN_PART),
        ]

    def __str__(self) -> str:
        return f"{self.right_type_id} in {self.territory}"


class Share(TenantModel):
    """A holder's whole parts of a claim's ``parts_total``; rows are only added, and sum to it."""

    claim = models.ForeignKey(
        Claim, models.PROTECT, db_constraint=False, db_index=False, related_name="shares"
    )
    holder = models.ForeignKey(
        "holders.Holder", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    parts = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "claim", "holder"], name="one_share_each"),
            models.CheckConstraint(name="share_has_parts", condition=Q(parts__gt=0)),
        ]
        indexes = [models.Index(fields=["org_id", "holder", "id"], name="share_by_holder")]

    def __str__(self) -> str:
        return f"{self.parts} parts"
