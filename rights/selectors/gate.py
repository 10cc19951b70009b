"""The gate: may this work be shown under this right, in this place, on this day?

Read from the registry as it stands, in about a dozen queries however many questions there are; no
answer is kept. What is ours is ``ownership``'s rule, what blocks ``blocks``', as in avails.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from rights.engine import gate
from rights.engine.boxes import Box, Window
from rights.engine.gate import Block, Code, Held, Reason
from rights.models.grants import Binds
from rights.selectors import blocks, grants, ownership
from rights.selectors.gate_questions import Asked, Question, Reader
from rights.selectors.obstacles import box_of
from territories.geography.spans import SpanSet
from territories.selectors import explicit
from territories.selectors.explicit import Forbidden

CODES = {
    blocks.CONFLICT: Code.CONFLICT,
    blocks.HOLD: Code.HOLD,
    blocks.RESTRICTION: Code.RESTRICTION,
}
DAY = timedelta(days=1)
Against = dict[UUID, list[Block]]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question: with no reason against it, it is allowed."""

    asked: Asked
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """Whether it may be shown."""
        return not self.reasons


def decide(
    questions: Sequence[Question], *, now: datetime, as_known_at: datetime | None = None
) -> list[Decision]:
    """Return the decisions on ``questions``, in their order, by what is known now or was then.

    Raises UnknownRight, UnknownTerritory, BadExpression or NoPlace for what can't be asked.
    """
    reader = Reader((one.territory for one in questions), now=now)
    return upon([reader.asked(one) for one in questions], as_known_at=as_known_at)


def upon(asked: Sequence[Asked], *, as_known_at: datetime | None = None) -> list[Decision]:
    """Return the decisions on questions that are resolved already."""
    if not asked:
        return []
    works = list(dict.fromkeys(one.work for one in asked))
    held = ownership.of_works(works, as_known_at=as_known_at)
    against = _against(works, asked, as_known_at)
    content = _Explicit(works, as_known_at)
    return [
        Decision(
            one,
            gate.decide(
                one.box,
                [_held(ground) for ground in held.get(one.work, ())],
                [*against[one.work], *content.against(one)],
            ),
        )
        for one in asked
    ]


def _held(ground: ownership.Ground) -> Held:
    code = Code.UNCLAIMED if ground.open_part else Code.NO_RIGHTS_IN
    return Held(ground.box, None if ground.ours else code, ground.words)


def _against(works: Sequence[UUID], asked: Sequence[Asked], moment: datetime | None) -> Against:
    found: Against = defaultdict(list)
    for parts in blocks.against_use(works, as_known_at=moment).values():
        for part in parts:
            block = Block(CODES[part.code], part.box, part.detail, part.clause)
            found[part.work].append(block)
    for work, block in _sold(_wanted(works, asked, moment)):
        found[work].append(block)
    return found


def _wanted(works: Sequence[UUID], asked: Sequence[Asked], moment: datetime | None) -> grants.Asked:
    """Return what all questions together are about, so that no other clauses are read."""
    low = min(one.box.window.low for one in asked)
    high = max(one.box.window.high for one in asked)
    rights = _union(one.box.rights for one in asked)
    return grants.Asked(works, rights, None, Window(low, high), moment)


def _sold(wanted: grants.Asked) -> Iterable[tuple[UUID, Block]]:
    """Yield what is sold exclusively to somebody, and what we promised not to use."""
    for given in grants.exclusive(wanted):
        yield given.row.work_id, _clause(Code.SOLD_EXCLUSIVELY, "Sold exclusively", given)
    for back in grants.holdbacks(wanted):
        if back.row.binds == Binds.LICENSOR:
            yield back.row.work_id, _clause(Code.HOLDBACK, "Held back", back)


def _clause(code: Code, words: str, standing: grants.Standing[Any]) -> Block:
    row = standing.row
    said = f"{words} by {standing.document}"
    if row.depends:
        code, said = Code.DEPENDS_ON_EVENT, f"{said}, as {row.depends} decides"
    return Block(code, box_of(row), said, row.clause)


class _Explicit:
    """Where works' explicit content meets the territories' rules; the rules are read once."""

    def __init__(self, works: Sequence[UUID], moment: datetime | None) -> None:
        self._content = blocks.explicit(works, as_known_at=moment)
        self._rules = explicit.known(moment) if self._content else None
        self._on: dict[date, list[Forbidden]] = {}

    def against(self, asked: Asked) -> Iterator[Block]:
        """Yield what forbids explicit content on the days of one question."""
        parts = self._content.get(asked.work)
        if not parts or self._rules is None:
            return
        for day in _each(asked.box.window):
            if day not in self._on:
                self._on[day] = self._rules.on(day)
            today = Window(day, day + DAY if day < date.max else None)
            for part, rule in product(parts, self._on[day]):
                there = Box(part.box.rights, rule.places, today)
                if common := part.box.common(there):
                    yield Block(Code.EXPLICIT, common, "Explicit content", rule.rule.basis)


def _each(window: Window) -> Iterator[date]:
    """Yield the days of a question: one, or the few that it may be somewhere."""
    for number in range(window.low.toordinal(), window.high.toordinal()):
        yield date.fromordinal(number)


def _union(sets: Iterable[SpanSet]) -> SpanSet:
    return SpanSet.of(span for each in set(sets) for span in each.ranges)
