"""What a claim would come to, without making it: the deed is done and taken back."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from rights.selectors import claims as known
from rights.selectors import conflicts
from rights.selectors.claims import ClaimFound
from rights.selectors.conflicts import Found
from rights.services import claims
from rights.services.claims import NewClaim

if TYPE_CHECKING:
    from audit.actors import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """The pieces that would be new and those they would take the place of.

    ``conflicts`` are those that it would begin; ``overrides``: it would override a wider claim, for
    which somebody else's approval is needed.
    ``mark`` is another number when the terms or the claims that stand are others.
    """

    new: tuple[ClaimFound, ...]
    gone: tuple[ClaimFound, ...]
    mark: int
    conflicts: tuple[Found, ...] = ()
    overrides: bool = False


def of_claim(*, work_id: UUID, terms: NewClaim, actor: "Actor", at: datetime) -> Preview:
    """Return what a claim would change. Raises all that ``claims.claim`` does."""
    before = known.of_work(work_id, on=None)
    with transaction.atomic():
        done = claims.claim(work_id=work_id, terms=terms, actor=actor, at=at)
        begun = tuple(one for one in conflicts.of_work(work_id) if one.conflict in done.conflicts)
        after = known.of_work(work_id, on=None)
        transaction.set_rollback(True)
    stood, stands = {_told(one) for one in before}, {_told(one) for one in after}
    told = repr((sorted(str(one.row) for one in before), terms))
    return Preview(
        tuple(one for one in after if _told(one) not in stood),
        tuple(one for one in before if _told(one) not in stands),
        zlib.crc32(told.encode()) % 1_000_000_000,
        begun,
        done.overrides,
    )


def _told(one: ClaimFound) -> tuple[Any, ...]:
    return (one.rights, one.territory, one.starts, one.last_day, one.source, one.shares)
