"""The claims to one work, under its lock: read as layers, settled, and written as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.services import works
from kernel.errors import DomainError
from rights.engine.boxes import Box, Window
from rights.engine.layers import DEFAULT, Layer, Piece, disputes, held
from rights.engine.shares import Shares
from rights.models import Claim, Share
from rights.selectors import wording
from rights.services import flags, rows
from territories.geography.spans import SpanSet

TICK = timedelta(microseconds=1)


class NotRegistered(DomainError):
    """A work that no claim was ever made to: it came in past ``register_work``."""

    code = "work_not_registered"


class ClaimsChanged(DomainError):
    """Rows changed under a deed that held their work's lock: somebody wrote past the services."""

    code = "claims_changed"


class NothingLeft(DomainError):
    """A claim would be covered by narrower ones to the last place."""

    code = "nothing_left_of_claim"


@dataclass(frozen=True, slots=True)
class Ground:
    """The claims to a work as they stand: its live rows, its layers, and all its rights.

    ``moment`` is when the deed is recorded: as told, but always after what it supersedes, so that
    of every moment one state was known.
    """

    work_id: UUID
    title: str
    rows: dict[UUID, Piece]
    roots: tuple[Layer, ...]
    claims: tuple[Layer, ...]
    rights: SpanSet
    moment: datetime

    def of(self, origin: UUID) -> list[Layer]:
        """Return the layers of one claim that isn't a default."""
        return [layer for layer in self.claims if layer.origin == origin]

    def besides(self, origin: UUID) -> list[Layer]:
        """Return the layers of all other claims that aren't defaults."""
        return [layer for layer in self.claims if layer.origin != origin]


@dataclass(frozen=True, slots=True)
class Settled:
    """How many rows of claims were written, and which conflicts began or ended by that."""

    rows: int
    begun: tuple[UUID, ...] = ()
    ended: tuple[UUID, ...] = ()


def lock(work_id: UUID, *, at: datetime) -> Ground:
    """Lock a work until the deed ends; read its claims. Raises UnknownWork or NotRegistered."""
    work = works.locked(work_id)
    live = Claim.every.known_at().filter(work_id=work_id).order_by("id")
    return of_rows(live, {work_id: work.title}, at=at)[work_id]


def of_rows(
    live: Iterable[Claim], titles: Mapping[UUID, str], *, at: datetime
) -> dict[UUID, Ground]:
    """Return the claims to works, whose titles are given, of all their ``live`` rows by work.

    At most three questions besides the rows, however many works. Raises NotRegistered.
    """
    rows_of = {work: list(group) for work, group in groupby(live, key=lambda row: row.work_id)}
    for work, title in titles.items():
        if work not in rows_of:
            raise NotRegistered(f"{title} has no claims. Register it again.", work=str(work))
    told = pieces([row for group in rows_of.values() for row in group])
    standing = {work: {row.pk: told[row.pk] for row in rows_of[work]} for work in titles}
    layers = {
        work: dict.fromkeys(piece.layer for piece in there.values())
        for work, there in standing.items()
    }
    rights = {
        work: SpanSet.of(span for row in rows_of[work] for span in row.rights.ranges)
        for work in titles
    }
    roots = _roots(layers, rights)
    return {
        work: Ground(
            work_id=work,
            title=title,
            rows=standing[work],
            roots=roots[work],
            claims=tuple(layer for layer in layers[work] if not layer.default),
            rights=rights[work],
            moment=max(at, max(row.recorded_at for row in rows_of[work]) + TICK),
        )
        for work, title in titles.items()
    }


def pieces(claims: Sequence[Claim]) -> dict[UUID, Piece]:
    """Return rows as the arithmetic knows them."""
    shares: dict[UUID, list[tuple[UUID, int]]] = {row.pk: [] for row in claims}
    told = Share.objects.filter(claim_id__in=shares).order_by("claim_id", "position")
    for claim_id, holder_id, parts in told.values_list("claim_id", "holder_id", "parts"):
        shares[claim_id].append((holder_id, parts))
    return {
        row.pk: Piece(
            Layer(
                origin=row.origin,
                right_type=row.right_type_id,
                written=row.written,
                source=row.source,
                box=Box(row.claimed_rights, row.claimed_span, window_of(row.claimed_window)),
                shares=Shares(tuple(shares[row.pk]), row.parts_total),
                override_reason=row.override_reason,
                date_rule=row.date_rule,
                resolved_on=row.resolved_on,
                source_ref=row.source_ref,
            ),
            Box(row.rights, row.span, window_of(row.window)),
            row.waiting,
        )
        for row in claims
    }


def window_of(days: DateRange) -> Window:
    """Return a column's range as a window."""
    return Window(days.lower, days.upper)


def settle(ground: Ground, claims: Iterable[Layer], *, adjudicated: UUID | None = None) -> Settled:
    """Make ``claims`` what is said of the work besides its defaults; return what that came to.

    Rows that stay as they are aren't touched. What two sources say differently is flagged, in the
    same transaction. ``adjudicated`` is the conflict that ends by this. Raises NothingLeft or
    ClaimsChanged.
    """
    layers = [*ground.roots, *dict.fromkeys(claims)]
    found = disputes(layers)
    waiting = [Piece(layer, one.box, waiting=True) for one, layer in found.items()]
    wanted = [*held(layers), *dict.fromkeys(waiting)]
    _all_say_something(layers, wanted)
    standing = set(ground.rows.values())
    target = set(wanted)
    gone = [pk for pk, piece in ground.rows.items() if piece not in target]
    changed = Claim.every.known_at().filter(pk__in=gone).supersede(ground.moment)
    if changed != len(gone):
        raise ClaimsChanged(
            f"The claims to {ground.title} changed meanwhile. Load the page again.",
            work=str(ground.work_id),
        )
    fresh = [piece for piece in wanted if piece not in standing]
    works.touch([ground.work_id])
    written = rows.write([(ground.work_id, piece) for piece in fresh], at=ground.moment)
    flagged = flags.settle(ground.work_id, list(found), at=ground.moment, adjudicated=adjudicated)
    return Settled(written, flagged.begun, flagged.ended)


def _roots(
    live: Mapping[UUID, Iterable[Layer]], rights: Mapping[UUID, SpanSet]
) -> dict[UUID, tuple[Layer, ...]]:
    """Return the default layers by work: those that hold something, and those that once did."""
    found = {
        work: {layer.right_type: layer for layer in layers if layer.default}
        for work, layers in live.items()
    }
    short = [
        work
        for work, roots in found.items()
        if SpanSet.of(span for one in roots.values() for span in one.box.rights.ranges)
        != rights[work]
    ]
    if short:
        former = Claim.objects.filter(work_id__in=short, source=DEFAULT).order_by(
            "work_id", "right_type_id", "-recorded_at", "-id"
        )
        last = [
            next(group)
            for (work, right_type), group in groupby(
                former, key=lambda row: (row.work_id, row.right_type_id)
            )
            if right_type not in found[work]
        ]
        told = pieces(last)
        for row in last:
            found[row.work_id][row.right_type_id] = told[row.pk].layer
    return {
        work: tuple(roots[right_type] for right_type in sorted(roots))
        for work, roots in found.items()
    }


def _all_say_something(layers: Sequence[Layer], wanted: Sequence[Piece]) -> None:
    saying = {piece.layer for piece in wanted}
    for layer in layers:
        if not layer.default and layer not in saying:
            raise NothingLeft(
                f"Nothing would be left of {wording.of_layer(layer)}: other claims cover it, or "
                "say the same. End or correct it instead.",
                claim=str(layer.origin),
            )
