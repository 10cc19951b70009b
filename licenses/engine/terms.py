"""The terms of a licence, as its document says them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from licenses.engine.days import End, Start

FORMAT = "mediatrack.license/1"


@dataclass(frozen=True, slots=True)
class Works:
    """Which works: by code, what is below one (itself included), or every work of some kinds."""

    how: Literal["code", "below", "kinds"]
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the frozen list of these works is kept under."""
        return f"{self.how}:{','.join(self.names)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What clauses about rights have in common; no works: those of all grants."""

    clause: str
    works: tuple[Works, ...]
    rights: tuple[str, ...]
    territory: str
    start: Start
    end: End
    own_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(Part):
    """The licensee may use the rights."""

    exclusive: bool
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack(Part):
    """Who (``binds``) keeps from using the rights."""

    binds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Optioned(Part):
    """What the licensee may ask for first, until ``exercise_by`` (that day included)."""

    kind: str
    exercise_from: date
    exercise_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited(Part):
    """How many runs or exhibition days."""

    runs: int | None
    exhibition_days: int | None


@dataclass(frozen=True, slots=True)
class Payment:
    """An instalment of the fixed fee."""

    label: str
    due: Start
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Audit:
    """Who may audit whom, with how many days' notice, and the days by which it is due."""

    clause: str
    by: str
    notice_days: int
    due: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Renewing:
    """By how many months the term renews itself, and how often (None: without limit)."""

    months: int
    times: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A licence."""

    code: str
    title: str
    licensee: str
    signed_on: date
    date_rule: str
    start: Start
    end: End
    currency: str
    fee: Decimal
    instalments: tuple[Payment, ...]
    grants: tuple[Granted, ...]
    holdbacks: tuple[HeldBack, ...] = ()
    options: tuple[Optioned, ...] = ()
    limits: tuple[Limited, ...] = ()
    usage: str = ""
    attribution: str = ""
    audit: Audit | None = None
    renewal: Renewing | None = None
    documents: tuple[str, ...] = field(default=())

    @property
    def parts(self) -> tuple[Part, ...]:
        """All clauses about rights, in the document's order."""
        return (*self.grants, *self.holdbacks, *self.options, *self.limits)
