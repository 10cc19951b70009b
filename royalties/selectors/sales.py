"""Questions about accepted sales files."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, Sum

from royalties.models import MatchKey, Run, SalesFile
from royalties.selectors.periods import first_open_day


def matched(file_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return for each file how many lines have their work, and how many there are."""
    rows = (
        MatchKey.objects.filter(file__in=list(file_ids))
        .values("file")
        .annotate(all=Sum("lines"), known=Sum("lines", filter=Q(work__isnull=False)))
    )
    return {row["file"]: (row["known"] or 0, row["all"]) for row in rows}


def found(file_id: UUID) -> SalesFile | None:
    """Return a sales file."""
    return SalesFile.objects.filter(pk=file_id).first()


def posted(file_id: UUID) -> bool:
    """Return whether any line of a file counts in a period that is posted."""
    first_open = first_open_day()
    if first_open is None:
        return False
    return MatchKey.objects.filter(file=file_id, counts_on__lt=first_open).exists()


def calculated(period: str) -> bool:
    """Return whether a calculated run of this period stands: it would have to be done again."""
    return Run.objects.filter(period=period, state=Run.State.CALCULATED).exists()
