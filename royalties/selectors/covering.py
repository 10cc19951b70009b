"""Which deals are about a work, as far as their documents say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any
from uuid import UUID

from catalog.selectors import works
from royalties.engine.rendering_words import conditions
from royalties.models import DealVersion


@dataclass(frozen=True, slots=True)
class About:
    """A signed version of a deal that covers sales of a work; ``only`` says which, if not all."""

    deal: UUID
    code: str
    title: str
    direction: str
    version: int
    starts: date | None
    last_day: date | None
    only: str

    def in_force(self, on: date) -> bool:
        """Return whether it holds on a day."""
        begun = self.starts is None or self.starts <= on
        return begun and (self.last_day is None or on <= self.last_day)


def of_work(work_id: UUID) -> list[About]:
    """Return the signed versions of deals that cover sales of a work, by deal, then by number.

    A deal that says nothing about what it covers is about every work. What it says besides (places,
    sources, days) is told, not judged: that is for each sale to show. One query for all deals.
    """
    name = works.codes([work_id]).get(work_id, "")
    rows = (
        DealVersion.objects.signed()
        .order_by("deal__code", "number")
        .values_list(
            "deal_id", "deal__code", "deal__title", "deal__direction", "number", "starts",
            "document__covers",
        )
    )  # fmt: skip
    known = list(rows)
    found = []
    for row, later in zip_longest(known, known[1:]):
        deal, code, title, direction, number, starts, covers = row
        if not fits(covers or {}, name):
            continue
        ends = later[5] if later is not None and later[0] == deal else None
        last = date.fromordinal(ends.toordinal() - 1) if ends else None
        only = {key: value for key, value in (covers or {}).items() if key != "work"}
        words = conditions(only) if only else ""
        found.append(About(deal, code, title, direction, number, starts, last, words))
    return found


def fits(covers: Mapping[str, Any], name: str) -> bool:
    """Return whether sales of the work called ``name`` may be among what a deal covers."""
    if "work" in covers and not _among(covers["work"], name):
        return False
    excluded = covers.get("not", [])
    listed = excluded if isinstance(excluded, Sequence) else [excluded]
    return not any(set(each) == {"work"} and _among(each["work"], name) for each in listed)


def _among(condition: Any, name: str) -> bool:
    if isinstance(condition, Mapping):
        return condition.get("from", name) <= name <= condition.get("to", name)
    return name == condition if isinstance(condition, str) else name in condition
