"""Register works: the only way that one is made. No work is without its default claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from catalog.services import works
from catalog.services.works import NewWork
from kernel.ids import uuid7
from rights.engine.boxes import ALWAYS, WORLD, Box
from rights.engine.layers import DEFAULT, Layer, Piece
from rights.engine.shares import Shares
from rights.selectors import clauses
from rights.services import parties
from rights.services import rows as claim_rows

if TYPE_CHECKING:
    from audit.actors import Actor
    from catalog.models import Work

# The rights that a kind of work has, as the roots of the default claims. A sample needs both the
# composition's and the recording's holder; a book carries the right to film it.
ROOTS = {
    "composition": ("mechanical", "performance", "sync", "print", "grand", "sampling"),
    "recording": ("master", "sampling"),
    "release": ("master",),
    "film": ("audiovisual",),
    "series": ("audiovisual",),
    "season": ("audiovisual",),
    "episode": ("audiovisual",),
    "clip": ("audiovisual",),
    "book": ("book", "audiovisual"),
    "other": ("any",),
}
IN_ONE_EVENT = 1000


@dataclass(frozen=True, slots=True)
class Registration:
    """A work to be registered and who owns it; ``owners`` None is the deed's own default.

    ``owners`` are holders with whole parts of ``parts_total``; the rest is held by ``unclaimed``.
    """

    work: NewWork
    owners: Sequence[tuple[UUID, int]] | None = None
    parts_total: int | None = None


def register_work(
    *,
    work: NewWork,
    actor: "Actor",
    at: datetime,
    owner: UUID | None = None,
    confirmed: bool = False,
) -> "Work":
    """Make a work with a default claim to each of its rights, worldwide and for ever.

    ``owner`` None is the holder that the actor acts for, else the organisation's ``house``;
    ``confirmed`` keeps identifiers that fail their check. Raises what ``works.create_many`` raises,
    or UnknownHolder.
    """
    told = [(owner, 1)] if owner else None
    rows = [Registration(work, told)]
    return register_works(rows=rows, actor=actor, at=at, confirmed=confirmed)[0]


@transaction.atomic
def register_works(
    *,
    rows: Iterable[Registration],
    actor: "Actor",
    at: datetime,
    confirmed: bool = False,
    lenient: bool = False,
) -> "list[Work]":
    """Register many works, all or none, in a few statements; parents may stand in the same list.

    ``lenient`` (imports) keeps identifiers that fail their check and marks them. Returns the works
    in order; raises as ``register_work`` does.
    """
    wanted = list(rows)
    parties.check(holder for row in wanted for holder, _ in row.owners or ())
    told = [row.work for row in wanted]
    made = works.create_many(works=told, at=at, confirmed=confirmed, lenient=lenient)
    fallback = parties.registrar(actor.actor_id, at)
    rest = parties.unclaimed(at)
    fresh = [
        (work.pk, piece)
        for work, row in zip(made, wanted, strict=True)
        for piece in _defaults(work.kind, _shares(row, fallback, rest))
    ]
    claim_rows.write(fresh, at=at, words=lambda piece: piece.layer.written)
    for first in range(0, len(made), IN_ONE_EVENT):
        _record(made[first : first + IN_ONE_EVENT], actor, at)
    return made


def _shares(row: Registration, fallback: UUID, rest: UUID) -> Shares:
    if row.owners is None:
        return Shares.whole(fallback)
    return Shares.of(row.owners, total=row.parts_total, rest=rest)


def _defaults(kind: str, shares: Shares) -> Iterable[Piece]:
    for root in ROOTS[kind]:
        box = Box(clauses.right_span(root), WORLD, ALWAYS)
        yield Piece(Layer(uuid7(), root, "WORLD", DEFAULT, box, shares), box)


def _record(made: "Sequence[Work]", actor: "Actor", at: datetime) -> None:
    """Record one event for a batch: about its first work, with a fact for each."""
    events.record(
        "rights.work.registered",
        subject=made[0],
        actor=actor,
        at=at,
        after={"works": len(made), "title": made[0].title},
        facts=[("rights.claims.changed", {"work": work.pk}) for work in made],
    )
