"""Rights out, as licences write them down: grants, holdbacks, options, run limits; and holds.

Rows are added and superseded, never changed (triggers see to it). A licence lies above this app, so
it is named by its id alone; ``clause`` and ``document`` say where its words stand.
"""

from collections.abc import Iterable
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from foundation.models import TenantModel
from foundation.models.keysets import among
from foundation.models.known import KnownQuerySet, Row, live_index, superseded_later
from territories.fields import SpanSetField


class Binds(models.TextChoices):
    """Whom a holdback keeps from using the right."""

    LICENSOR = "licensor", "Us: we may not use the right or license it to others"
    LICENSEE = "licensee", "The licensee: they may not use the right yet"


class OptionKind(models.TextChoices):
    """What somebody may ask for before it goes to others."""

    OPTION = "option", "Option"
    FIRST_NEGOTIATION = "first_negotiation", "First negotiation"
    FIRST_REFUSAL = "first_refusal", "First refusal"


class RegistryQuerySet(KnownQuerySet[Row]):
    """Filters that all written clauses and holds have."""

    def on_works(self, work_ids: Iterable[UUID]) -> Self:
        """Return the rows about some works."""
        return self.filter(work_id__in=among(work_ids))


class Recorded(TenantModel):
    """A row about a work by two clocks: when it holds, and when it was known."""

    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    span = SpanSetField()
    window = DateRangeField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects: ClassVar = RegistryQuerySet.as_manager()

    class Meta:
        abstract = True


class Written(Recorded):
    """One clause of a licence for one work.

    ``depends`` is empty where the row holds for certain; else it names what its days hang on
    (``theatrical DE``, ``renewal``), and the row says where the clause *may* hold. ``territory``
    are the places in words.
    """

    license = models.UUIDField()
    version = models.PositiveIntegerField()
    licensee = models.ForeignKey(
        "holders.Holder", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    clause = models.CharField(max_length=60)
    document = models.CharField(max_length=300)
    territory = models.TextField()
    depends = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        abstract = True


class Grant(Written):
    """A licensee may use one leaf right in a work; ``languages`` empty is every language.

    ``tongues`` are the languages as integers, so that one constraint keeps exclusive grants apart
    by language as it does by place.
    """

    right = models.ForeignKey(
        "territories.RightType", models.PROTECT, db_index=False, related_name="+"
    )
    exclusive = models.BooleanField()
    languages = models.CharField(max_length=400, default="", blank=True)
    tongues = SpanSetField()
    known_breach = models.BooleanField(default=False)

    class Meta:
        constraints = [
            superseded_later("grant"),
            ExclusionConstraint(
                name="one_exclusive_grant_at_a_time",
                condition=Q(exclusive=True, superseded_at=None, known_breach=False),
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("work", RangeOperators.EQUAL),
                    ("right", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                    ("window", RangeOperators.OVERLAPS),
                    ("tongues", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            live_index("grant_live_by_work", "work", "right"),
            live_index("grant_live_by_license", "license"),
        ]

    def __str__(self) -> str:
        return f"{self.right_id} in {self.territory}"


class Holdback(Written):
    """A right that somebody keeps from using, in places and for days."""

    rights = SpanSetField()
    binds = models.CharField(max_length=8, choices=Binds.choices)

    class Meta:
        constraints = [superseded_later("holdback")]
        indexes = [
            live_index("holdback_live_by_work", "work"),
            live_index("holdback_live_by_license", "license"),
        ]

    def __str__(self) -> str:
        return f"{self.binds} held back in {self.territory}"


class LicenseOption(Written):
    """What the licensee may ask for first, until the end of ``exercise`` (days, half-open)."""

    rights = SpanSetField()
    kind = models.CharField(max_length=20, choices=OptionKind.choices)
    exercise = DateRangeField()

    class Meta:
        constraints = [superseded_later("option")]
        indexes = [
            live_index("option_live_by_work", "work"),
            live_index("option_live_by_license", "license"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.territory}"


class RunCap(Written):
    """How often, or on how many days, the licensee may show a work; None is no such limit."""

    rights = SpanSetField()
    runs = models.PositiveIntegerField(null=True)
    exhibition_days = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            superseded_later("run_cap"),
            models.CheckConstraint(
                name="run_cap_limits_something",
                condition=Q(runs__gt=0) | Q(exhibition_days__gt=0),
            ),
        ]
        indexes = [
            live_index("run_cap_live_by_work", "work"),
            live_index("run_cap_live_by_license", "license"),
        ]

    def __str__(self) -> str:
        return f"{self.runs or '-'} runs, {self.exhibition_days or '-'} days"


class HoldKind(models.TextChoices):
    """Why a work is held."""

    DISPUTE = "dispute", "Dispute"
    TAKEDOWN = "takedown", "Takedown notice"
    LEGAL = "legal", "Legal"
    REVIEW = "review", "Review"


class Hold(Recorded):
    """Nobody may use these rights until the hold is released, whatever was granted.

    ``cause`` is the id of the dispute, notice or person behind it.
    """

    rights = SpanSetField()
    kind = models.CharField(max_length=8, choices=HoldKind.choices)
    cause = models.UUIDField()
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            superseded_later("hold"),
            models.UniqueConstraint(
                fields=["org_id", "work", "kind", "cause"],
                name="hold_once",
                condition=Q(superseded_at=None),
            ),
        ]
        indexes = [live_index("hold_live_by_work", "work")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
