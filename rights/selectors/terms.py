"""The terms of a claim, as they are written again to be corrected."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from holders.selectors import holders
from rights.models import Claim
from rights.selectors import claims
from rights.selectors.claims import ShareFound


@dataclass(frozen=True, slots=True)
class Terms:
    """What a claim says. ``days`` None are open; ``shares`` are those of holders that are known.

    ``stretches``: how many it has that follow each other with terms of their own; then ``shares``
    are the last one's, and the days those of all of them.
    """

    right_type: str
    territory: str
    starts: date | None
    last_day: date | None
    source: str
    source_ref: str
    date_rule: str
    signed_on: date | None
    override_reason: str
    shares: tuple[tuple[str, ShareFound], ...]
    stretches: int


def of_claim(work_id: UUID, claim: UUID) -> Terms | None:
    """Return the terms of a claim to a work, each share with its holder's reference; None where
    there is no such claim, or nothing is left of it."""
    rows = Claim.every.known_at().filter(work_id=work_id, origin=claim)
    stretches = {}
    for row in rows.order_by("claimed_window", "recorded_at", "id"):
        stretches[(row.claimed_window.lower, row.claimed_window.upper)] = row
    if not stretches:
        return None
    ordered = [stretches[each] for each in sorted(stretches, key=lambda w: w[0] or date.min)]
    first, last = ordered[0].claimed_window.lower, ordered[-1].claimed_window.upper
    row = ordered[-1]
    (told,) = claims.told([row])
    lines = holders.lines(share.holder for share in told.shares)
    return Terms(
        right_type=row.right_type_id,
        territory=row.written,
        starts=first,
        last_day=last and last - timedelta(days=1),
        source=row.source,
        source_ref=row.source_ref,
        date_rule=row.date_rule,
        signed_on=row.resolved_on,
        override_reason=row.override_reason,
        shares=tuple(
            (line.code or str(line.id), share)
            for share in told.shares
            if (line := lines[share.holder]).reserved != "unclaimed"
        ),
        stretches=len(ordered),
    )


def givers(work_id: UUID, claim: UUID) -> list[tuple[UUID, str]]:
    """Return who has a share in a claim at some time, with their shares in percent, by name."""
    found: dict[UUID, tuple[str, dict[str, None]]] = {}
    for piece in claims.of_work(work_id, on=None, among=Claim.every.filter(origin=claim)):
        for share in piece.shares:
            _, seen = found.setdefault(share.holder, (share.name, {}))
            seen[f"{share.percent} %"] = None
    named = sorted(found.items(), key=lambda one: one[1][0])
    return [(holder, f"{name} ({', '.join(seen)})") for holder, (name, seen) in named]
