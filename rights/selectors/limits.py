"""What limits a work's rights, and what they rest on, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from rights.models import Document, Hold, Restriction
from rights.models.grants import HoldKind
from rights.selectors import claims, registry, wording

KINDS = {
    Restriction.Kind.BLOCKED: "Not to be used there",
    Restriction.Kind.EXPLICIT: "Explicit content",
}
BY_HAND = (HoldKind.LEGAL, HoldKind.REVIEW)  # the others come and go with what is behind them


@dataclass(frozen=True, slots=True)
class Limit:
    """A restriction or a hold: what, where, when, since when, and why.

    ``claim`` is the one whose holding alone it limits. ``ended_at`` None: it stands.
    """

    id: UUID
    kind: str
    label: str
    rights: str
    territory: str
    starts: date | None
    last_day: date | None
    detail: str
    clause: str
    claim: UUID | None
    recorded_at: datetime
    ended_at: datetime | None
    right_type: str = ""

    @property
    def where(self) -> str:
        """The places in few words."""
        return registry.short(self.territory)

    @property
    def by_hand(self) -> bool:
        """Whether somebody placed this hold by hand, and may release it so."""
        return self.kind in BY_HAND


def restrictions(
    work_id: UUID, *, on: date | None = None, as_known_at: datetime | None = None
) -> list[Limit]:
    """Return a work's restrictions as known at a moment (None: now), those of a day or all."""
    rows = Restriction.objects.known_at(as_known_at).filter(work_id=work_id)
    if on is not None:
        rows = rows.filter(window__contains=on)
    return [_restriction(row) for row in rows.order_by("kind", "recorded_at", "id")]


def restriction(work_id: UUID, restriction_id: UUID) -> Limit | None:
    """Return a restriction as it was last told, over or not; None where there is none."""
    rows = Restriction.objects.filter(work_id=work_id, origin=restriction_id)
    row = rows.order_by("-recorded_at", "-id").first()
    return _restriction(row) if row else None


def holds(
    work_id: UUID, *, on: date | None = None, as_known_at: datetime | None = None
) -> list[Limit]:
    """Return a work's holds as known at a moment (None: now), those of a day or all."""
    rows = Hold.objects.known_at(as_known_at).filter(work_id=work_id)
    if on is not None:
        rows = rows.filter(window__contains=on)
    return [_hold(row) for row in rows.order_by("recorded_at", "id")]


def hold(work_id: UUID, hold_id: UUID) -> Limit | None:
    """Return a hold, released or not; None where there is none."""
    row = Hold.objects.filter(work_id=work_id, pk=hold_id).first()
    return _hold(row) if row else None


def documents(work_id: UUID, *, as_known_at: datetime | None = None) -> list[Document]:
    """Return a work's chain of title with its files, the oldest first; undated ones last."""
    rows = Document.objects.known_at(as_known_at).filter(work_id=work_id)
    found = list(rows.select_related("file").order_by("recorded_at", "id"))
    return sorted(found, key=lambda one: one.dated or date.max)


def document(work_id: UUID, document_id: UUID) -> Document | None:
    """Return a document with its file, in the chain of title or taken out; None for none."""
    rows = Document.objects.filter(work_id=work_id, pk=document_id)
    return rows.select_related("file").first()


def claims_of(work_id: UUID) -> list[tuple[str, str]]:
    """Return the claims to a work that a limit or a document can be about: (id, in words)."""
    found: dict[UUID, str] = {}
    for one in claims.of_work(work_id, on=None):
        if registry.is_default(one):
            continue
        named = ", ".join(share.name for share in one.shares[:3])
        words = f"{registry.right_name(one.right_type)} in {registry.short(one.written)}"
        found.setdefault(one.claim, f"{registry.source_words(one)}: {words} ({named})")
    return [(str(claim), words) for claim, words in found.items()]


def claim_words(work_id: UUID, claims_told: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return in words those of the claims that hold something of the work."""
    wanted = {str(claim) for claim in claims_told if claim}
    if not wanted:
        return {}
    return {UUID(claim): words for claim, words in claims_of(work_id) if claim in wanted}


def _restriction(row: Restriction) -> Limit:
    last = row.window.upper
    return Limit(
        id=row.origin,
        kind=row.kind,
        label=KINDS[Restriction.Kind(row.kind)],
        rights=registry.right_name(row.right_words),
        territory=row.territory,
        starts=row.window.lower,
        last_day=last and last - timedelta(days=1),
        detail=row.detail,
        clause=row.clause,
        claim=row.claim,
        recorded_at=row.recorded_at,
        ended_at=row.superseded_at,
        right_type=row.right_words,
    )


def _hold(row: Hold) -> Limit:
    last = row.window.upper
    return Limit(
        id=row.pk,
        kind=row.kind,
        label=HoldKind(row.kind).label,
        rights=registry.right_name(wording.right(row.rights, "any")),
        territory=wording.places(row.span),
        starts=row.window.lower,
        last_day=last and last - timedelta(days=1),
        detail=row.reason,
        clause="",
        claim=None,
        recorded_at=row.recorded_at,
        ended_at=row.superseded_at,
    )
