"""Questions about a line of a statement, and what is answered."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel
from royalties.models.statements import Statement


class Question(TenantModel):
    """What somebody asks about a published statement, or about one figure of it.

    ``figure`` says which: a step of its way (``step``), or what its rows have in common (deal,
    period, work and so on); empty for the whole statement. ``amount`` is what that figure shows.
    A trigger keeps what was asked, refuses removal, and lets a closed question rest.
    """

    class State(models.TextChoices):
        """Whose turn it is."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    statement = models.ForeignKey(
        Statement, models.PROTECT, db_constraint=False, db_index=False, related_name="questions"
    )
    figure = models.JSONField(default=dict)
    amount = models.DecimalField(max_digits=30, decimal_places=4)
    author = models.UUIDField()
    text = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="question_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(state="open", waits_since__isnull=False)
                | (~Q(state="open") & Q(waits_since=None)),
                name="question_waits_while_open",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_says_something"),
        ]
        indexes = [
            models.Index(fields=["org_id", "-asked_at"], name="question_newest"),
            models.Index(
                fields=["org_id", "waits_since"], name="question_waits", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Reply(TenantModel):
    """One answer in the thread of a question: of the office, or of whoever asked. Never changed."""

    question = models.ForeignKey(
        Question, models.PROTECT, db_constraint=False, db_index=False, related_name="replies"
    )
    author = models.UUIDField()
    from_office = models.BooleanField()
    text = models.CharField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reply_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
