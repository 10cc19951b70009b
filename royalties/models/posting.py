"""What an organisation asks for before a run is posted."""

from django.db import models

from foundation.models import TenantModel


class PostingRule(TenantModel):
    """What a run needs before it is posted; an organisation has one rule, or none: nothing."""

    class Asks(models.TextChoices):
        """How many eyes look first."""

        NOTHING = "nothing", "Nothing: whoever may post looks at it and posts it"
        REVIEW = "review", "A review, with a note"
        APPROVAL = "approval", "A review, and the approval of a second person"

    asks = models.CharField(max_length=10, choices=Asks.choices)
    version = models.PositiveIntegerField(default=1)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id"], name="posting_rule_once"),
            models.CheckConstraint(
                condition=models.Q(asks__in=("nothing", "review", "approval")),
                name="posting_rule_asks",
            ),
        ]

    def __str__(self) -> str:
        return self.asks
