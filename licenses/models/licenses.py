"""A licence and its versions. A signed version never changes (trigger)."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When

from foundation.models import TenantModel
from territories.fields import SpanSetField


class Status(models.TextChoices):
    """Where a licence stands on a day: asked of its facts and the clock, never stored."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    TERMINATED = "terminated", "Terminated"


class LicenseQuerySet(models.QuerySet["License"]):
    """Licences by where they stand."""

    def on(self, day: date) -> Self:
        """Return them with ``status`` as of ``day``.

        One that renews itself stays active past its end until the renewal is written.
        """
        return self.annotate(
            status=Case(
                When(terminated_from__lte=day, then=Value(Status.TERMINATED.value)),
                When(Q(in_force=0) | Q(begins=None) | Q(begins__gt=day), then=Value("pending")),
                When(Q(ends__lte=day, renews=False), then=Value(Status.EXPIRED.value)),
                default=Value(Status.ACTIVE.value),
                output_field=CharField(),
            )
        )


class License(TenantModel):
    """A contract by which ``licensee`` may use works of ours, by the code its documents carry.

    ``in_force`` is the number of the version signed last, 0 before the first. ``begins``, ``ends``
    (the day after the last; None: perpetual, or not known), ``works``, ``rights`` and ``span`` are
    what that version (before the first: the draft) comes to, with renewals and known events.
    ``begins`` None: it hangs on an event.
    """

    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    licensee = models.ForeignKey(
        "holders.Holder", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    in_force = models.PositiveIntegerField(default=0)
    begins = models.DateField(null=True)
    ends = models.DateField(null=True)
    renews = models.BooleanField(default=False)
    terminated_from = models.DateField(null=True)
    works = ArrayField(models.UUIDField(), default=list)
    rights = SpanSetField()
    span = SpanSetField()
    created_at = models.DateTimeField()

    objects: ClassVar = LicenseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "code"], name="license_code"),
            models.CheckConstraint(
                name="license_ends_after_it_begins",
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gt=F("begins")),
            ),
            models.CheckConstraint(
                name="license_terminated_once_signed",
                condition=Q(terminated_from=None) | Q(in_force__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["org_id", "ends"], name="license_ends")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class LicenseVersion(TenantModel):
    """One version of a licence's terms; ``resolved`` are the works it means, frozen when signed.

    ``breach`` is why an administrator signed what meets other clauses; else empty.
    """

    license = models.ForeignKey(
        License, models.PROTECT, db_constraint=False, db_index=False, related_name="versions"
    )
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    resolved = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    signed_at = models.DateTimeField(null=True)
    signed_by_request = models.UUIDField(null=True)
    breach = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "license", "number"], name="license_version"),
            models.UniqueConstraint(
                fields=["org_id", "license"],
                condition=Q(signed_at=None),
                name="license_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by_request=None)
                | Q(signed_at__isnull=False, signed_by_request__isnull=False),
                name="license_signed_by_request",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Renewal(TenantModel):
    """What became of the end of a term, once: renewed to ``until``, or declined (None)."""

    license = models.ForeignKey(
        License, models.PROTECT, db_constraint=False, db_index=False, related_name="renewals"
    )
    ended = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "license", "ended"], name="renewed_once"),
            models.CheckConstraint(
                name="renewal_goes_on", condition=Q(until=None) | Q(until__gt=F("ended"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ended} → {self.until or 'declined'}"


class Instalment(TenantModel):
    """A part of the fixed fee; ``due`` None hangs on an event.

    ``paid_on`` is the day on which the last of it came in, written once.
    """

    license = models.ForeignKey(
        License, models.PROTECT, db_constraint=False, db_index=False, related_name="instalments"
    )
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    due = models.DateField(null=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3)
    paid_on = models.DateField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "license", "label"],
                condition=Q(superseded_at=None),
                name="instalment_once",
            ),
            models.CheckConstraint(name="instalment_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="paid_instalments_stay", condition=Q(paid_on=None) | Q(superseded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Receipt(TenantModel):
    """Money that came in for an instalment. Append-only.

    Those that aren't taken back never come to more than the instalment's amount (trigger).
    """

    instalment = models.ForeignKey(
        Instalment, models.PROTECT, db_constraint=False, db_index=False, related_name="receipts"
    )
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    on = models.DateField()
    reference = models.CharField(max_length=120, default="", blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="receipt_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.on}"


class Reversal(TenantModel):
    """A receipt that was recorded by mistake, taken back with the reason. Append-only."""

    receipt = models.ForeignKey(
        Receipt, models.PROTECT, db_constraint=False, db_index=False, related_name="reversals"
    )
    reason = models.CharField(max_length=500)
    reversed_at = models.DateTimeField()
    reversed_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "receipt"], name="reversed_once"),
            models.CheckConstraint(name="reversed_with_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.reason


class Reminder(TenantModel):
    """What was told of a licence, once for each occasion (``about``: a day, an id). Append-only."""

    license = models.ForeignKey(
        License, models.PROTECT, db_constraint=False, db_index=False, related_name="reminders"
    )
    kind = models.CharField(max_length=24)
    about = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "license", "kind", "about"], name="reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
