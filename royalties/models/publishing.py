"""When statements are shown to their payees: each one's state, and the calendar of periods."""

from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel
from royalties.models.statements import Statement

PUBLISHED = Q(publication__published_at__isnull=False)


class Publication(TenantModel):
    """Where one statement stands: a draft, held back with a reason, or published for good.

    A trigger refuses every change of a published one, and every removal.
    """

    statement = models.ForeignKey(
        Statement, models.PROTECT, db_constraint=False, db_index=False, related_name="publication"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "statement"], name="publication_once"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(held_at=None),
                name="published_is_not_held",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None, held_by=None, reason="")
                | (Q(held_at__isnull=False, held_by__isnull=False) & ~Q(reason="")),
                name="held_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "statement"],
                condition=Q(published_at=None),
                name="publication_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.state}"

    @property
    def state(self) -> str:
        """draft, held or published."""
        return "published" if self.published_at else "held" if self.held_at else "draft"


class Opening(TenantModel):
    """When a payee, or somebody who has their portal, first opened a statement. Append-only."""

    statement = models.ForeignKey(
        Statement, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "statement"], name="statement_opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.opened_at}"


class PublishRule(TenantModel):
    """An organisation's rule: days from a period's end to publishing, and from there to paying.

    ``pay_after`` None: the pay day isn't known beforehand. An organisation has one, or none.
    """

    publish_after = models.PositiveSmallIntegerField()
    pay_after = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org_id"], name="publish_rule_once")]

    def __str__(self) -> str:
        return f"{self.publish_after} and {self.pay_after} days"


class PublishDay(TenantModel):
    """One period of the calendar: the day its statements are published, the day they are paid.

    ``announced_at``: when those who publish were told that it is near.
    """

    period = models.CharField(max_length=10)
    first_day = models.DateField()
    end_day = models.DateField()
    publish_on = models.DateField()
    pay_on = models.DateField(null=True)
    by_rule = models.BooleanField(default=False)
    announced_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "first_day", "end_day"], name="publish_day_once"
            ),
            models.CheckConstraint(
                condition=Q(publish_on__gte=F("end_day")), name="publish_day_after_its_period"
            ),
            models.CheckConstraint(
                condition=Q(pay_on=None) | Q(pay_on__gte=F("publish_on")),
                name="paid_once_published",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "-end_day"], name="publish_day_by_day")]

    def __str__(self) -> str:
        return f"{self.period}: {self.publish_on}"
