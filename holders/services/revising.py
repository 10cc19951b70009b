"""Revise what is known of a holder, unless somebody else did meanwhile."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from audit.services import events
from foundation.folding import fold
from holders.models import Holder
from holders.models.holders import HolderKind
from holders.services import holders
from kernel.errors import DomainError
from territories.geography.atlas import countries

if TYPE_CHECKING:
    from uuid import UUID

    from audit.actors import Actor


class HolderChanged(DomainError):
    """Somebody else changed the holder since it was looked at."""

    code = "holder_changed"


@dataclass(frozen=True, slots=True)
class Details:
    """What can be revised of a holder. Its code stays: deals name payees by it."""

    kind: str
    name: str
    sort_name: str
    country: str
    ipi: str
    isni: str

    @property
    def mark(self) -> int:
        """A number that is another one when anything of it is."""
        return zlib.crc32(repr(self).encode()) % 1_000_000_000


def details_of(holder: Holder) -> Details:
    """Return a holder's details as they stand."""
    return Details(
        holder.kind, holder.name, holder.sort_key, holder.country, holder.ipi, holder.isni
    )


@transaction.atomic
def revise(
    *,
    holder_id: "UUID",
    wanted: Details,
    seen: int,
    actor: "Actor",
    at: datetime,
    confirmed: bool = False,
    reason: str = "",
) -> Holder:
    """Give a holder these details; ``seen`` is the mark of those that were looked at.

    Raises HolderChanged, and as ``holders.register`` does.
    """
    holder = holders.locked(holder_id)
    now = details_of(holder)
    if now.mark != seen:
        raise HolderChanged(f"{holder.name} was changed meanwhile. Look at both versions.")
    told: dict[str, Any] = {"holder_id": holder_id, "actor": actor, "at": at, "reason": reason}
    country = wanted.country.strip().upper()
    if country and country not in countries():
        raise holders.BadHolder(f"{country!r} is no country. Write it by its two letters, like DE.")
    if wanted.kind not in HolderKind.values:
        raise holders.BadHolder(f"{wanted.kind!r} is no kind of holder.")
    if (wanted.kind, country) != (now.kind, now.country):
        holder.kind, holder.country = wanted.kind, country
        holder.save(update_fields=["kind", "country"])
        events.record(
            "holders.holder.revised",
            subject=holder,
            actor=actor,
            at=at,
            reason=reason,
            before={"kind": now.kind, "country": now.country},
            after={"kind": wanted.kind, "country": country},
        )
    if (wanted.name, fold(wanted.sort_name)) != (now.name, now.sort_name):
        holders.rename(name=wanted.name, sort_name=wanted.sort_name, **told)
    if (wanted.ipi, wanted.isni) != (now.ipi, now.isni):
        holders.set_numbers(ipi=wanted.ipi, isni=wanted.isni, confirmed=confirmed, **told)
    return holders.locked(holder_id)
