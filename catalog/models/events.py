"""What happened to a work and when: the dates that event-relative clauses hang on."""

from django.db import models

from foundation.models import TenantModel


class WorkEventKind(models.TextChoices):
    """What happened."""

    COMPLETION = "completion", "Completion"
    DELIVERY = "delivery", "Delivery"
    FESTIVAL = "festival", "Festival premiere"
    THEATRICAL = "theatrical", "Theatrical release"
    HOME_VIDEO = "home_video", "Home video release"
    DIGITAL = "digital", "Digital release"
    BROADCAST = "broadcast", "First broadcast"
    PHYSICAL = "physical", "Physical release"
    PUBLICATION = "publication", "Publication"


class WorkEvent(TenantModel):
    """A date of a kind of event in a territory (WORLD: everywhere), as recorded at a moment.

    Rows are only added: of one work, kind and territory the row recorded last holds, and a row
    without a date withdraws the one before. What was known when can so be asked for ever.
    """

    work = models.ForeignKey(
        "catalog.Work", models.PROTECT, db_constraint=False, db_index=False, related_name="events"
    )
    kind = models.CharField(max_length=12, choices=WorkEventKind.choices)
    territory = models.CharField(max_length=60)
    on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "work", "kind", "territory", "recorded_at"],
                name="work_event_once_a_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.territory}: {self.on}"
