"""The holders a deed names."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from holders.selectors import holders as known
from holders.services import holders
from rights.engine.shares import Shares, percent


def check(holder_ids: Iterable[UUID]) -> None:
    """Raise UnknownHolder where one of the holders isn't here."""
    wanted = set(holder_ids)
    missing = wanted - known.lines(wanted).keys()
    if missing:
        raise holders.UnknownHolder(
            f"There is no holder {min(missing)} here. Register the holder first.",
            holders=sorted(str(one) for one in missing),
        )


def shares(parts: Sequence[tuple[UUID, int]], *, total: int | None = None, at: datetime) -> Shares:
    """Return checked shares; what ``total`` leaves over is held by ``unclaimed``."""
    check(holder for holder, _ in parts)
    told = sum(number for _, number in parts)
    rest = unclaimed(at) if total is not None and told != total else None
    return Shares.of(parts, total=total, rest=rest)


def unclaimed(at: datetime) -> UUID:
    """Return the reserved holder of what nobody is known to hold."""
    return holders.ensure_reserved(at=at)[1].pk


def registrar(actor_id: UUID, at: datetime) -> UUID:
    """Return the one holder that somebody acts for, else the organisation's ``house``."""
    mine = known.portal_of(actor_id)
    return mine[0] if len(mine) == 1 else holders.ensure_reserved(at=at)[0].pk


def name(holder_id: UUID) -> str:
    """Return a holder's name."""
    line = known.lines([holder_id]).get(holder_id)
    return line.name if line else str(holder_id)


def held_by(shares: Shares) -> str:
    """Return who holds what, in words."""
    lines = known.lines(holder for holder, _ in shares.parts)
    return ", ".join(
        f"{lines[holder].name} {percent(shares.share(holder))} %" for holder, _ in shares.parts
    )
