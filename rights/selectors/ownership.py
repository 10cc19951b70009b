"""What the organisation may license: the ground that is its own.

Ours is a right, a place and a day whose shares are all held by ``house``, or that nobody claims
besides the registration (whoever registered the work with us let us deal in it), unless a part of
it is held by ``unclaimed``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from foundation.models.keysets import among
from holders.selectors import holders
from rights.engine.boxes import Box, Window
from rights.models import Claim, Share
from rights.models.claims import Source
from territories.geography.rights import right_types


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of what is claimed to a work: where, whether it is ours, and the claim in words.

    ``open_part``: some of it has no known holder.
    """

    work_id: UUID
    box: Box
    ours: bool
    origin: UUID
    words: str
    open_part: bool = False


def of_works(
    work_ids: Iterable[UUID], *, as_known_at: datetime | None = None
) -> dict[UUID, list[Ground]]:
    """Return the ground of works, ours and others', as known now or at a moment. One query."""
    house, unclaimed = holders.reserved("house"), holders.reserved("unclaimed")
    shares = Share.objects.filter(claim=OuterRef("pk"))
    rows = (
        Claim.objects.known_at(as_known_at)
        .filter(work_id__in=among(work_ids))
        .annotate(
            strange=Exists(shares.exclude(holder=house)),
            open_part=Exists(shares.filter(holder=unclaimed)),
        )
        .order_by("work_id", "id")
    )
    found: dict[UUID, list[Ground]] = {}
    for row in rows:
        ours = not row.open_part and (row.source == Source.DEFAULT or not row.strange)
        box = Box(row.rights, row.span, Window(row.window.lower, row.window.upper))
        words = f"{Source(row.source).label} to {right_types()[row.right_type_id].name}"
        words += f" in {row.territory}" + (", part of it unclaimed" if row.open_part else "")
        found.setdefault(row.work_id, []).append(
            Ground(row.work_id, box, ours, row.origin, words, row.open_part)
        )
    return found
