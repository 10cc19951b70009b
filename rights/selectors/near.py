"""What is nearly a conflict: ground that only the registration holds beside a claim (gaps), shares
that nobody is known to hold, and two sources that name more than the whole together.

Each is a queryset that a list narrows and pages. It is read along an index of its own in the order
in which the rows came to be known, so that a page costs the same however many works there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from catalog.selectors import shown, works
from holders.selectors import holders
from rights.engine.shares import percent
from rights.models import Claim, Conflict, Share
from rights.models.claims import IN_PART
from rights.selectors import conflicts, registry, wording
from rights.selectors.claims import told as claims_told
from rights.selectors.standing import NOBODY
from territories.geography import expressions, resolver
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases

# What both sides name: for each holder the most that either says, where it is in conflict. The
# scale tells any excess from none: both wholes together have at most 10^18 parts.
_OVER = """
(SELECT sum(most) FROM (
    SELECT max(s.parts::numeric(40, 30) / c.parts_total) AS most
    FROM rights_claim c
    JOIN rights_share s ON s.org_id = c.org_id AND s.claim_id = c.id
    WHERE c.org_id = rights_conflict.org_id AND c.superseded_at IS NULL
        AND c.origin IN (rights_conflict.holding, rights_conflict.contending)
        AND c.rights && rights_conflict.rights AND c.span && rights_conflict.span
        AND c."window" && rights_conflict."window"
        AND s.holder_id IS DISTINCT FROM %s
    GROUP BY s.holder_id
) AS named) > 1 + 1e-20
"""


@dataclass(frozen=True, slots=True)
class Near:
    """One row as people read it; ``share`` in percent of the whole, exactly where that ends."""

    work: UUID
    title: str
    kind: str
    right: str
    where: str
    starts: date | None
    last_day: date | None
    share: str
    holders: str
    source: str


def gaps() -> "QuerySet[Claim]":
    """Return what only the registration holds of rights that somebody claims elsewhere."""
    rows: QuerySet[Claim] = Claim.objects.known_at().filter(IN_PART)
    return rows


def open_shares() -> "QuerySet[Share]":
    """Return the live shares that nobody is known to hold."""
    nobody = holders.reserved(NOBODY)
    rows = Share.objects.filter(claim__superseded_at=None, claim__waiting=False)
    return rows.filter(holder_id=nobody) if nobody else rows.none()


def over_claims() -> "QuerySet[Conflict]":
    """Return the open conflicts whose two sides name more than the whole together."""
    nobody = holders.reserved(NOBODY)
    rows: QuerySet[Conflict] = Conflict.objects.known_at().filter(state=Conflict.State.OPEN)
    return rows.annotate(over=RawSQL(_OVER, [nobody])).filter(over=True)


def told_gaps(rows: Sequence[Any]) -> dict[UUID, Near]:
    """Return rows of gaps in words, by key: who holds them meanwhile, as registered."""
    return _of_claims([row.pk for row in rows], lambda share, nobody: True)


def told_open(rows: Sequence[Any]) -> dict[UUID, Near]:
    """Return rows of open shares in words, by key: how much is open, and who holds the rest."""
    found = _of_claims([row.claim_id for row in rows], lambda share, nobody: share == nobody)
    return {row.pk: found[row.claim_id] for row in rows if row.claim_id in found}


def told_over(rows: Sequence[Any]) -> dict[UUID, Near]:
    """Return rows of over-claims in words, by key: how much is named, and by whom."""
    full = {one.conflict: one for one in conflicts.told(rows)}
    kinds = shown.kinds_of({row.work_id for row in rows})
    told = {}
    for row in rows:
        found, part = full[row.origin], conflicts.part_of(row)
        told[row.pk] = Near(
            row.work_id,
            found.title,
            kinds.get(row.work_id, ""),
            part.name,
            part.where,
            part.starts,
            part.last_day,
            f"{found.together} %",
            " | ".join(side.words for side in found.sides),
            " | ".join(f"{side.source} {side.found.source_ref}".strip() for side in found.sides),
        )
    return told


def _of_claims(keys: Sequence[UUID], counts: Any) -> dict[UUID, Near]:
    rows = list(Claim.objects.filter(pk__in=list(keys)))
    ids = {row.work_id for row in rows}
    titles, kinds, nobody = works.titles(list(ids)), shown.kinds_of(ids), holders.reserved(NOBODY)
    told = {}
    for row, found in zip(rows, claims_told(rows), strict=True):
        summed = sum((s.fraction for s in found.shares if counts(s.holder, nobody)), Fraction(0))
        named = [f"{s.name} {s.percent} %" for s in found.shares if s.holder != nobody]
        told[row.pk] = Near(
            row.work_id,
            titles.get(row.work_id, ""),
            kinds.get(row.work_id, ""),
            registry.right_name(wording.right(row.rights, row.right_type_id)),
            registry.short(row.territory),
            row.window.lower,
            row.window.upper and row.window.upper - timedelta(days=1),
            f"{percent(summed)} %",
            ", ".join(named) or "nobody",
            registry.source_words(row),
        )
    return told


def places(text: str, on: date) -> SpanSet:
    """Return what an expression covers on a day. Raises what territory expressions raise."""
    return resolver.resolve(text, on=on, atlas=atlases.in_force(expressions.words(text)))


def in_days(value: str, today: date) -> Q:
    """Return what holds for rows that say something of today, or of today and later days."""
    if value == "today":
        return Q(window__contains=today)
    return Q(window__overlap=(today, None))


def of_claim(condition: Q) -> Q:
    """Return what holds for shares whose claim meets ``condition``.

    It is asked share by share, in the order of the list's index: told as a join, PostgreSQL would
    go through the claims first, since it can't guess how many lie in a place.
    """
    fits = Claim.objects.filter(condition, pk=OuterRef("claim_id")).values(yes=Value(True))
    return Q(Exact(Subquery(fits[:1]), True))
