"""An organisation's own choice of society for a right in a place."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from holders.models import OrgSocietyMapping, Society
from kernel.errors import DomainError
from kernel.period import Period
from territories.geography.atlas import public_atlas
from territories.geography.rights import right_types

if TYPE_CHECKING:
    from audit.actors import Actor


class BadMapping(DomainError):
    """A choice of society that can't be made as asked."""

    code = "bad_society_mapping"
    status = 422


class NoChoice(DomainError):
    """A choice of society that isn't there any more."""

    code = "no_society_choice"
    status = 404


@transaction.atomic
def choose(
    *,
    territory: str,
    right_type: str,
    society: str,
    period: Period | None,
    actor: "Actor",
    at: datetime,
    reason: str = "",
) -> OrgSocietyMapping:
    """Let ``society`` act for a right in a public place during ``period`` (None: always).

    It supersedes a choice from the same day. Raises BadMapping or UnknownTerritory.
    """
    place = public_atlas().known(territory.strip())
    if right_type not in right_types():
        raise BadMapping(f"{right_type!r} is no right type. Look at the tree of right types.")
    if not Society.objects.filter(code=society).exists():
        raise BadMapping(f"{society!r} is no society. Look at the list of societies.")
    starts, ends = (period.start, period.end) if period else (None, None)
    current = OrgSocietyMapping.objects.select_for_update().known_at()
    current = current.filter(territory_id=place, right_type_id=right_type, starts=starts)
    former = current.first()
    current.update(superseded_at=at)
    mapping = OrgSocietyMapping(
        territory_id=place,
        right_type_id=right_type,
        society_id=society,
        starts=starts,
        ends=ends,
        recorded_at=at,
    )
    mapping.save(force_insert=True)
    events.record(
        "holders.society.chosen",
        subject=mapping,
        actor=actor,
        at=at,
        reason=reason,
        before={"society": former.society_id} if former else None,
        after={"territory": place, "right_type": right_type, "society": society},
    )
    return mapping


@transaction.atomic
def take_back(*, choice_id: UUID, actor: "Actor", at: datetime, reason: str) -> None:
    """Let the public mapping decide again, as if the choice hadn't been made. Raises NoChoice."""
    rows = OrgSocietyMapping.objects.select_for_update().known_at()
    row = rows.filter(pk=choice_id).first()
    if row is None:
        raise NoChoice("This choice was taken back or replaced already. Look at the list again.")
    rows.filter(pk=choice_id).update(superseded_at=at)
    before = {"territory": row.territory_id, "right_type": row.right_type_id}
    events.record(
        "holders.society.unchosen",
        subject=row,
        actor=actor,
        at=at,
        reason=reason,
        before={**before, "society": row.society_id},
    )
