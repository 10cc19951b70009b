"""What a deed on claims would come to, without doing it: it is done and taken back."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from rights.models import Claim
from rights.selectors import claims as known
from rights.selectors import conflicts
from rights.selectors.claims import ClaimFound
from rights.selectors.conflicts import Found
from rights.services import claims
from rights.services.claims import Changed
from rights.services.terms import NewClaim

if TYPE_CHECKING:
    from audit.actors import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """The pieces that would be new and those they would take the place of.

    ``conflicts`` are those that it would begin, ``ended`` those that it would end; ``overrides``:
    it would override another claim, for which somebody else's approval is needed.
    ``mark`` is another number when the terms or the claims that stand are others.
    """

    new: tuple[ClaimFound, ...]
    gone: tuple[ClaimFound, ...]
    mark: int
    conflicts: tuple[Found, ...] = ()
    ended: tuple[Found, ...] = ()
    overrides: bool = False


def of_claim(*, work_id: UUID, terms: NewClaim, actor: "Actor", at: datetime) -> Preview:
    """Return what a claim would change. Raises all that ``claims.claim`` does."""
    told = {"work_id": work_id, "terms": terms}
    return of_deed(claims.claim, told, work_id=work_id, actor=actor, at=at)


def of_deed(
    deed: Callable[..., Changed],
    told: Mapping[str, Any],
    *,
    work_id: UUID,
    actor: "Actor",
    at: datetime,
    reason: str = "",
) -> Preview:
    """Return what a deed of ``services.claims`` would change in a work.

    ``told`` is what the deed is told besides actor, moment and reason. Raises all that it does
    once it is approved.
    """
    before, open_before = known.of_work(work_id, on=None), conflicts.of_work(work_id)
    live = Claim.every.known_at().filter(work_id=work_id)
    rows = sorted(map(str, live.values_list("pk", flat=True)))
    approved = {"approved": True} if deed in claims.OVERRIDING else {}
    with transaction.atomic():
        done = deed(**told, **approved, actor=actor, at=at, reason=reason)
        open_after = conflicts.of_work(work_id)
        after = known.of_work(work_id, on=None)
        transaction.set_rollback(True)
    stood, stands = {_told(one) for one in before}, {_told(one) for one in after}
    still = {one.conflict for one in open_after}
    seen = repr((rows, sorted(told.items())))
    return Preview(
        tuple(one for one in after if _told(one) not in stood),
        tuple(one for one in before if _told(one) not in stands),
        zlib.crc32(seen.encode()) % 1_000_000_000,
        tuple(one for one in open_after if one.conflict in done.conflicts),
        tuple(one for one in open_before if one.conflict not in still),
        done.overrides,
    )


def _told(one: ClaimFound) -> tuple[Any, ...]:
    return (one.rights, one.written, one.territory, one.starts, one.last_day, one.source,
            one.source_ref, one.override_reason, one.shares)  # fmt: skip
