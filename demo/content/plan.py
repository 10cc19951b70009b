"""The shape of an organisation's demo: what is made, before it is made."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

BEGAN = datetime(2025, 10, 1, 8, tzinfo=UTC)  # the organisation signs up
ENTERED = datetime(2025, 12, 1, 9, tzinfo=UTC)  # holders, works and claims are entered
SIGNED = datetime(2025, 12, 15, 10, tzinfo=UTC)  # deals are signed
AMENDED, AMENDED_FROM = datetime(2026, 4, 27, 10, tzinfo=UTC), date(2026, 4, 1)
PROPOSED_FROM = date(2026, 7, 1)
LICENSED = datetime(2025, 12, 16, 10, tzinfo=UTC)  # licences are signed
DISPUTED = datetime(2026, 5, 18, 9, tzinfo=UTC)  # claims come that say otherwise


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; ``holder`` is the code of the holder that a creator looks in for."""

    email: str
    name: str
    role: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A rights holder to be."""

    code: str
    kind: str
    name: str
    country: str
    ipi: str = ""
    isni: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A work to be. ``parent`` is a code; ``owners`` are holders' codes with parts of ``total``."""

    code: str
    kind: str
    title: str
    parent: str = ""
    number: int | None = None
    seconds: int | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    credits: tuple[tuple[str, str], ...] = ()
    owners: tuple[tuple[str, int], ...] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """A claim beyond the default; ``until`` is the last day included, as people say it."""

    work: str
    right_type: str
    shares: tuple[tuple[str, int], ...]
    territory: str = "WORLD"
    total: int | None = None
    since: str = ""
    until: str = ""
    source: str = "contract"
    ref: str = ""  # which contract, society or file says so
    why: str = ""  # why it overrides a wider claim


@dataclass(frozen=True, slots=True)
class Quarrel:
    """Two claims to the same that differ; ``decided`` are the shares that an administrator sets."""

    first: Stake
    second: Stake
    decided: tuple[tuple[str, int], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A work that may not be used somewhere (``blocked``) or is ``explicit``, and why."""

    work: str
    kind: str
    detail: str
    right_type: str = "any"
    territory: str = "WORLD"
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a work's chain of title."""

    work: str
    label: str
    parties: str
    dated: date
    words: str


@dataclass(frozen=True, slots=True)
class Happening:
    """A day in a work's life on which clauses hang."""

    work: str
    kind: str
    territory: str
    on: date


@dataclass(frozen=True, slots=True)
class Let:
    """A licence to be, and how far it comes: ``draft``, ``asked`` for or ``signed``.

    ``breach`` is why it is signed although clauses stand in its way, ``amended`` its next version,
    ``ended`` the last day that its termination sets; ``paid`` are instalments by label with the day
    and the amount ("": the whole).
    """

    document: dict[str, Any]
    state: str = "signed"
    breach: str = ""
    amended: dict[str, Any] | None = None
    amended_on: date | None = None
    ended: date | None = None
    paid: tuple[tuple[str, date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Disputes:
    """What is contested, limited and proved: quarrels, overrides, limits, held works, papers."""

    quarrels: tuple[Quarrel, ...] = ()
    overrides: tuple[Stake, ...] = ()
    limits: tuple[Limit, ...] = ()
    held: tuple[tuple[str, str, str], ...] = ()  # work, kind of hold, reason
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A partner's sales file of a quarter, as bytes."""

    name: str
    profile: str
    period: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Spent:
    """A cost of a deal."""

    deal: str
    category: str
    amount: str
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class Expected:
    """How often a source reports, and how many days after a period's last day it is due."""

    source: str
    every: str
    due_after: int
    first: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the creator asks about a step of a period's statement (empty: the whole), and the answer
    where there is one."""

    period: str
    step: str
    text: str
    at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of an organisation's demo. ``closed`` quarters are posted, the next one stays open.

    ``amended`` documents are signed after the first closed quarter, for the second and those that
    follow; ``proposed`` ones wait for a signature.
    """

    slug: str
    name: str
    currency: str
    zone: str
    people: tuple[Person, ...]
    parties: tuple[Party, ...]
    pieces: tuple[Piece, ...]
    records: tuple[tuple[str, str], ...] = ()  # recording, composition
    stakes: tuple[Stake, ...] = ()
    disputes: Disputes = Disputes()
    licenses: tuple[Let, ...] = ()
    happenings: tuple[Happening, ...] = ()
    deals: tuple[dict[str, Any], ...] = ()
    amended: tuple[dict[str, Any], ...] = ()
    proposed: tuple[dict[str, Any], ...] = ()
    costs: tuple[Spent, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    expected: tuple[Expected, ...] = ()
    asked: tuple[Asked, ...] = ()
    closed: tuple[str, ...] = ()
    opened: str = ""
