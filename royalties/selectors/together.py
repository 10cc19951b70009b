"""Exceptions side by side, each with the works it may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from catalog.selectors import works
from kernel.ids import key_of
from royalties.models import SalesException
from royalties.selectors import deciding
from royalties.selectors.deciding import Maybe

SUGGESTED = 3
CLEAR = Decimal("0.8")  # at least as like as this, and nothing else as like: picked beforehand


@dataclass(slots=True)
class Beside:
    """One way in which files name a work; ``picked`` is the work chosen for it, if any."""

    key: str
    title: str
    artist: str
    identifiers: str
    doubt: str
    lines: int = 0
    money: list[tuple[Decimal, str]] = field(default_factory=list)
    maybe: list[Maybe] = field(default_factory=list)
    picked: UUID | None = None


def waiting(rows: QuerySet[SalesException], *, picked: Mapping[str, str]) -> list[Beside]:
    """Return the exceptions of ``rows``, one for each way of naming, with their likeliest works.

    ``picked`` is what a form said before (``work-<key>``); without it the clear ones are picked.
    """
    found: dict[str, Beside] = {}
    for row in rows.order_by("-amount", "fingerprint", "currency"):
        named = ", ".join(row.identifiers.values())
        one = found.setdefault(
            row.fingerprint, Beside(row.fingerprint, row.title, row.artist, named, row.doubt)
        )
        one.lines += row.lines
        if row.currency:
            one.money.append((row.amount, row.currency))
    listed = list(found.values())
    alike = works.similar_each([(one.title, one.artist) for one in listed], limit=SUGGESTED)
    told = {one.id: one for one in deciding.told({work for each in alike for work, _ in each})}
    for one, scored in zip(listed, alike, strict=True):
        one.maybe = [replace(told[work], score=score) for work, score in scored if work in told]
        said = picked.get(f"work-{one.key}")
        one.picked = _clear(one.maybe) if said is None else key_of(said)
    return listed


def _clear(maybe: list[Maybe]) -> UUID | None:
    if not maybe or maybe[0].score is None or maybe[0].score < CLEAR:
        return None
    return None if len(maybe) > 1 and maybe[1].score == maybe[0].score else maybe[0].id
