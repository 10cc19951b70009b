"""Which days are open."""

from datetime import date

from django.db.models import Max

from royalties.models import Run


def first_open_day() -> date | None:
    """Return the first day that no posted run closed; None where nothing was ever posted."""
    latest: date | None = Run.objects.filter(state=Run.State.POSTED).aggregate(Max("end_day"))[
        "end_day__max"
    ]
    return latest
