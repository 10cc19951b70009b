"""Rows chosen from a list for a deed that a job does, and what became of each."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class ChosenRow(TenantModel):
    """One row of such a job: ``subject`` is its key in the list it was chosen from."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Not done"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    job = models.ForeignKey(
        "foundation.Job", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    position = models.PositiveIntegerField()
    subject = models.UUIDField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "job", "position"], name="chosen_row_once"),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(why="")
                | Q(state__in=("waiting", "done"), why=""),
                name="refused_row_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.state}"
