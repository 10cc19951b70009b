"""Who holds which right, where and when: by work, by holder, by territory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from holders.selectors import holders
from rights.engine.shares import percent
from rights.models import Claim, Share
from rights.models.claims import ClaimQuerySet
from rights.selectors import clauses, wording
from territories.geography import expressions, resolver
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases

PAGE = 200
STRETCH, WIDER = 1000, 4
FEW = 2000  # shares of one holder, to be fetched at once


@dataclass(frozen=True, slots=True)
class ShareFound:
    """A holder's share: exactly ``parts`` of ``of``; ``percent`` is rounded to four places.

    ``open``: nobody is known to hold it; its holder is the reserved one of what is unclaimed.
    """

    holder: UUID
    name: str
    parts: int
    of: int
    open: bool = False

    @property
    def fraction(self) -> Fraction:
        """The share, exactly."""
        return Fraction(self.parts, self.of)

    @property
    def percent(self) -> str:
        """The share in percent, for reading."""
        return percent(self.fraction)


@dataclass(frozen=True, slots=True)
class ClaimFound:
    """A piece of what a claim holds.

    ``claim`` is the claim's identity, ``row`` the piece's. ``right_type`` is what was claimed,
    ``rights`` the right held, in words; ``written`` and ``territory`` likewise. ``starts`` and
    ``last_day`` None are open. ``waiting``: it says so, but another claim holds it meanwhile.
    """

    claim: UUID
    row: UUID
    work: UUID
    right_type: str
    rights: str
    written: str
    territory: str
    places: SpanSet
    starts: date | None
    last_day: date | None
    source: str
    override_reason: str
    recorded_at: datetime
    superseded_at: datetime | None
    source_ref: str
    waiting: bool
    shares: tuple[ShareFound, ...]


def of_work(
    work_id: UUID,
    right_type: str | None = None,
    territory: str | None = None,
    *,
    on: date | None,
    as_known_at: datetime | None = None,
    among: ClaimQuerySet | None = None,
) -> tuple[ClaimFound, ...]:
    """Return the claims to a work that hold on a day, by right, then by territory.

    ``right_type`` and ``territory`` (an expression) leave those that cover some of it; ``on`` None
    is any day; ``as_known_at`` None is now. ``among`` are the rows that may be seen
    (``policies.claims_seen_by``). Raises UnknownRight or what territory expressions raise.
    """
    rows = _asked(among, right_type, territory, on, as_known_at).filter(work_id=work_id)
    found = rows.order_by("right_type_id", "territory", "window", "id")
    return told(list(found))


@dataclass(frozen=True, slots=True)
class Stops:
    """The days on which something changes: in what holds, and in what was known."""

    holds: tuple[date, ...]
    known: tuple[date, ...]


def days_of(work_id: UUID) -> Stops:
    """Return the days of a work's claims at which a time slider stops, in order."""
    rows = Claim.every.filter(work_id=work_id)
    told = list(rows.values_list("window", "recorded_at", "superseded_at"))
    holds = {day for days, _, _ in told for day in (days.lower, days.upper) if day}
    known = {at.date() for _, *moments in told for at in moments if at}
    return Stops(tuple(sorted(holds)), tuple(sorted(known)))


def of_holder(
    holder_id: UUID,
    right_type: str | None = None,
    territory: str | None = None,
    *,
    on: date | None,
    as_known_at: datetime | None = None,
    among: ClaimQuerySet | None = None,
    after: tuple[UUID, UUID] | None = None,
    limit: int = PAGE,
) -> tuple[ClaimFound, ...]:
    """Return claims in which a holder has a share, by work; as ``of_work``, page by page.

    ``after`` is the ``(work, row)`` of the last one seen.
    """
    rows = _asked(among, right_type, territory, on, as_known_at).following(after)
    shares = Share.objects.filter(holder_id=holder_id).values_list("claim_id", flat=True)
    few = list(shares[: FEW + 1])
    if len(few) <= FEW:
        return told(list(rows.filter(pk__in=few).order_by("work_id", "id")[:limit]))
    return _in_stretches(rows.of_holder(holder_id), after, as_known_at, limit)


def in_territory(
    territory: str,
    right_type: str | None = None,
    *,
    on: date | None,
    as_known_at: datetime | None = None,
    among: ClaimQuerySet | None = None,
    after: tuple[UUID, UUID] | None = None,
    limit: int = PAGE,
) -> tuple[ClaimFound, ...]:
    """Return claims that cover some of a territory, by work; as ``of_work``, page by page."""
    rows = _asked(among, right_type, territory, on, as_known_at).following(after)
    return _in_stretches(rows, after, as_known_at, limit)


def _in_stretches(
    rows: ClaimQuerySet,
    after: tuple[UUID, UUID] | None,
    as_known_at: datetime | None,
    limit: int,
) -> tuple[ClaimFound, ...]:
    """Return the first of ``rows`` by work.

    Behind the wall no index knows which sets overlap, so the works are gone through in order, in
    stretches that widen: what is true of most claims costs one short stretch.
    """
    rows = rows.order_by("work_id", "id")
    known = Claim.objects.known_at(as_known_at).following(after).order_by("work_id", "id")
    found: list[Claim] = []
    reach = STRETCH
    while len(found) < limit:
        ends = known.values_list("work_id", flat=True)[reach : reach + 1].first()
        stretch = rows if ends is None else rows.filter(work_id__lte=ends)
        found += stretch[: limit - len(found)]
        if ends is None:
            break
        rows, known = rows.filter(work_id__gt=ends), known.filter(work_id__gt=ends)
        reach *= WIDER
    return told(found)


def told(rows: Sequence[Claim]) -> tuple[ClaimFound, ...]:
    """Return rows as answers, with their shares and the holders' names."""
    shares = _shares(rows)
    return tuple(
        ClaimFound(
            claim=row.origin,
            row=row.pk,
            work=row.work_id,
            right_type=row.right_type_id,
            rights=wording.right(row.rights, row.right_type_id),
            written=row.written,
            territory=row.territory,
            places=row.span,
            starts=row.window.lower,
            last_day=row.window.upper and row.window.upper - timedelta(days=1),
            source=row.source,
            override_reason=row.override_reason,
            recorded_at=row.recorded_at,
            superseded_at=row.superseded_at,
            source_ref=row.source_ref,
            waiting=row.waiting,
            shares=tuple(shares[row.pk]),
        )
        for row in rows
    )


def _asked(
    among: ClaimQuerySet | None,
    right_type: str | None,
    territory: str | None,
    on: date | None,
    as_known_at: datetime | None,
) -> ClaimQuerySet:
    rows: ClaimQuerySet = Claim.objects.all() if among is None else among
    rows = rows.known_at(as_known_at).holding_on(on)
    if right_type:
        rows = rows.to_right(clauses.right_span(right_type).ranges[0], clauses.kin(right_type))
    return rows.in_places(_places(territory, on or date.max)) if territory else rows


def _places(territory: str, on: date) -> SpanSet:
    known = atlases.in_force(expressions.words(territory))
    return resolver.resolve(territory, on=on, atlas=known)


def _shares(rows: Iterable[Claim]) -> dict[UUID, list[ShareFound]]:
    totals = {row.pk: row.parts_total for row in rows}
    wanted = Share.objects.filter(claim_id__in=totals).order_by("claim_id", "position")
    lines = list(wanted.values_list("claim_id", "holder_id", "parts"))
    known = holders.lines(holder_id for _, holder_id, _ in lines)
    found: dict[UUID, list[ShareFound]] = {pk: [] for pk in totals}
    for claim_id, holder_id, parts in lines:
        line = known[holder_id]
        unclaimed = line.reserved == "unclaimed"
        share = ShareFound(holder_id, line.name, parts, totals[claim_id], unclaimed)
        found[claim_id].append(share)
    return found
