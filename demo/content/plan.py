"""The shape of an organisation's demo: what is made, before it is made."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

BEGAN = datetime(2025, 10, 1, 8, tzinfo=UTC)  # the organisation signs up
ENTERED = datetime(2025, 12, 1, 9, tzinfo=UTC)  # holders, works and claims are entered
SIGNED = datetime(2025, 12, 15, 10, tzinfo=UTC)  # deals are signed


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """A partner's sales file of a quarter, as bytes."""

    name: str
    profile: str
    period: str
    content: bytes
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of an organisation's demo."""

    slug: str
    name: str
    currency: str
    zone: str
    people: tuple[Person, ...]
    parties: tuple[Party, ...]
    pieces: tuple[Piece, ...]
    records: tuple[tuple[str, str], ...] = ()  # recording, composition
    stakes: tuple[Stake, ...] = ()
    deals: tuple[dict[str, Any], ...] = ()
    amendments: tuple[dict[str, Any], ...] = ()
    proposed: dict[str, Any] = field(default_factory=dict)
    deliveries: tuple[Delivery, ...] = ()
