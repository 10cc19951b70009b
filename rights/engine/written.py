"""Clauses of a licence as the registry holds them: one value for each row, without Django."""

from dataclasses import dataclass
from uuid import UUID

from rights.engine.boxes import Window
from rights.engine.tongues import ALL
from territories.geography.spans import SpanSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What every written clause has: the work, where and when, and where its words stand.

    ``depends`` is empty where it holds for certain; else it names what its days hang on, and the
    window says where the clause may hold.
    """

    work_id: UUID
    clause: str
    territory: str
    span: SpanSet
    window: Window
    depends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Clause):
    """A licensee may use one leaf right, in some languages (none named: in all)."""

    right: str
    exclusive: bool
    languages: str = ""
    tongues: SpanSet = ALL
    known_breach: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdback(Clause):
    """Rights that the licensor or the licensee (``binds``) keeps from using."""

    rights: SpanSet
    binds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Clause):
    """What the licensee may ask for first, within the days of ``exercise``."""

    rights: SpanSet
    kind: str
    exercise: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCap(Clause):
    """How often, or on how many days, a work may be shown; None is no such limit."""

    rights: SpanSet
    runs: int | None = None
    exhibition_days: int | None = None


Row = Grant | Holdback | Option | RunCap
