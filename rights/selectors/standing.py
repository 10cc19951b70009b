"""How the shares of works stand: whether every part has a holder, and how much was claimed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from catalog.tabs import Saying
from foundation.models.keysets import gathered
from holders.selectors import holders
from rights.models import Claim

NOBODY = "unclaimed"
WHOLE = Saying("All parts held", "success")
OPEN = Saying("Part is unclaimed", "warning")
NONE = Saying("No claims", "error")


@dataclass(frozen=True, slots=True)
class Standing:
    """``open``: some part of a right has no known holder; ``claims``: besides the defaults."""

    open: bool
    claims: int

    @property
    def saying(self) -> Saying:
        """The same in words."""
        return OPEN if self.open else WHOLE


# The window's column has a name that SQL has taken.
_OF_WORKS = """
SELECT c.work_id, bool_or(s.holder_id = %(nobody)s),
    count(DISTINCT c.origin) FILTER (WHERE c.source <> 'default')
FROM rights_claim c JOIN rights_share s ON s.org_id = c.org_id AND s.claim_id = c.id
WHERE c.work_id = ANY(%(works)s) AND c.superseded_at IS NULL AND NOT c.waiting
    AND c."window" @> %(on)s
GROUP BY c.work_id
"""


def of_works(work_ids: Iterable[UUID], *, on: date) -> dict[UUID, Standing]:
    """Return how works stand on a day; those that nobody ever claimed are left out."""
    nobody = holders.reserved(NOBODY)
    with connection.cursor() as cursor:
        cursor.execute(_OF_WORKS, {"nobody": nobody, "works": list(work_ids), "on": on})
        return {work: Standing(bool(empty), claims) for work, empty, claims in cursor.fetchall()}


def with_open_part(on: date) -> Q:
    """Return what holds for works of which some part has no known holder on a day."""
    nobody = holders.reserved(NOBODY)
    if nobody is None:
        return Q(pk__in=[])
    live = Claim.objects.known_at().holding_on(on)
    return Q(pk__in=gathered(live.of_holder(nobody).values("work_id")))


def claimed() -> Q:
    """Return what holds for works with a claim besides their defaults."""
    return Q(pk__in=Claim.objects.known_at().exclude(source="default").values("work_id"))


def open_count(on: date) -> int:
    """Return how many works have a part without a known holder on a day."""
    nobody = holders.reserved(NOBODY)
    if nobody is None:
        return 0
    live = Claim.objects.known_at().holding_on(on).of_holder(nobody)
    return live.order_by().values("work_id").distinct().count()
