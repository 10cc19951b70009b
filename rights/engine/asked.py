"""A question about avails and its answer: what is asked, what stands in the way, what is free."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kernel.errors import InvalidValue
from rights.engine.boxes import Box
from territories.geography.spans import SpanSet

Weight = Callable[[SpanSet], int]


class Code(StrEnum):
    """Why something is not free; stable, documented in docs/avails.md, in order of gravity."""

    NO_RIGHTS_IN = "no_rights_in"
    GAP_IN_WINDOW = "gap_in_window"
    SOLD_EXCLUSIVELY = "sold_exclusively"
    SOLD_NON_EXCLUSIVELY = "sold_non_exclusively"
    HOLDBACK = "holdback"
    CONFLICT = "unresolved_conflict"
    RESTRICTION = "restriction"
    HOLD = "hold"
    RUN_LIMIT = "run_limit"
    DEPENDS_ON_EVENT = "depends_on_event"
    STARTS_OUTSIDE = "starts_outside"
    ENDS_OUTSIDE = "ends_outside"


GRAVITY = {code: at for at, code in enumerate(Code)}


class Match(StrEnum):
    """What free time must do to count: in every right and territory that is asked for."""

    COVERS = "covers"  # free on each day asked
    OVERLAPS = "overlaps"  # free on some day asked
    STARTS = "starts_within"  # free time begins on a day asked
    ENDS = "ends_within"  # free time ends on a day asked
    AT_LEAST = "at_least"  # free on so many days asked, one after another


class Verdict(StrEnum):
    """The answer for one title."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"

    @classmethod
    def of(cls, with_all: bool, with_sure: bool) -> "Verdict":
        """Return the answer where it is free with all clauses, and with the certain ones alone."""
        if with_all and with_sure:
            return cls.YES
        return cls.DEPENDS if with_all or with_sure else cls.NO


@dataclass(frozen=True, slots=True)
class Question:
    """``box``: what is asked; ``days`` counts for ``Match.AT_LEAST`` alone.

    Raises InvalidValue where fewer days are asked about than are wanted in a row.
    """

    box: Box
    exclusive: bool = False
    match: Match = Match.COVERS
    days: int = 1

    def __post_init__(self) -> None:
        asked = self.box.window.high.toordinal() - self.box.window.low.toordinal()
        if self.match is Match.AT_LEAST and not 1 <= self.days <= asked:
            raise InvalidValue(
                f"{self.days} days in a row were asked for, of {asked}. Ask about more days, "
                "or for fewer in a row, at least one."
            )


@dataclass(frozen=True, slots=True)
class Clause:
    """Something that keeps its ``box`` from being free.

    ``clause`` and ``document`` name it for people. ``license`` is whose holder may waive it; None:
    nobody can. ``by`` is the claim, conflict, restriction or hold that it comes of, where it comes
    of no licence. ``exclusivity`` is one that stands in the way of exclusive grants only. One that
    ``Code.DEPENDS_ON_EVENT`` names has the widest days that it can have.
    """

    code: Code
    clause: str
    document: str
    box: Box
    license: UUID | None = None
    exclusivity: bool = False
    by: UUID | None = None

    @property
    def uncertain(self) -> bool:
        """Whether nobody knows yet that it blocks."""
        return self.code is Code.DEPENDS_ON_EVENT

    def concerns(self, question: Question) -> bool:
        """Return whether it blocks what ``question`` asks, wherever the two meet."""
        return question.exclusive or not self.exclusivity


@dataclass(frozen=True, slots=True)
class Block:
    """A clause with the exact part of the question that it blocks.

    ``needed``: it belongs to the smallest set that alone suffices for the answer.
    """

    clause: Clause
    part: Box
    needed: bool


class Change(StrEnum):
    """A way of asking for less, or of asking somebody."""

    NON_EXCLUSIVE = "take_non_exclusive"
    START_LATER = "start_later"
    END_EARLIER = "end_earlier"
    DROP_PLACES = "drop_territories"
    DROP_DAYS = "drop_territories_for_days"
    WAIVER = "ask_for_waiver"


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together turn the answer into a yes.

    ``asked`` is what is left of the question, as boxes; ``dropped`` what is given up of it;
    ``waivers`` the licences whose holders are asked. ``given_up`` counts territory-days.
    """

    changes: tuple[Change, ...]
    asked: tuple[Box, ...]
    dropped: tuple[Box, ...]
    waivers: tuple[UUID, ...]
    given_up: int
    exact: bool = True

    @property
    def cost(self) -> tuple[int, int]:
        """Licences touched, then territory-days given up."""
        return len(self.waivers), self.given_up


@dataclass(frozen=True, slots=True)
class Part:
    """Places of which no clause covers a part: free with all clauses, and with the certain ones."""

    places: SpanSet
    with_all: bool
    with_sure: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """``free``: every part of what is asked that is free, whatever the match.

    ``parts`` are all places asked about, each with what holds there by itself.
    """

    verdict: Verdict
    free: tuple[Box, ...]
    blocking: tuple[Block, ...] = ()
    ways: tuple[Way, ...] = ()
    parts: tuple[Part, ...] = ()

    def within(self, places: SpanSet) -> Verdict | None:
        """Return the answer for those of the places asked about that lie in ``places``.

        None where nothing there was asked about.
        """
        here = [part for part in self.parts if part.places.overlaps(places)]
        if not here:
            return None
        return Verdict.of(all(part.with_all for part in here), all(part.with_sure for part in here))
