"""A deal as the engine works with it: frozen facts, every name already resolved."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

Rounding = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute's condition: accepted values, a range, or territory expressions."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """All conditions hold, and none of ``nots`` does."""

    conditions: tuple[Condition, ...] = ()
    nots: tuple["Where", ...] = ()


EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class Counter:
    """A running sum; ``amount`` is the notional rate of per_unit (money) or percent."""

    name: str
    measure: str
    over: str
    where: Where = EVERYTHING
    amount: Fraction = Fraction(0)
    of: tuple[str, ...] = ()
    opening: Fraction = Fraction(0)
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """Reached when ``counter`` is at least ``amount``, or at least counter ``other``."""

    name: str
    counter: str
    amount: Fraction
    other: str | None
    acts: str
    latch: bool


@dataclass(frozen=True, slots=True)
class Base:
    """What a clause multiplies: amount, units, list_price or another quantity."""

    quantity: str
    money: bool
    times_units: bool
    at_source: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Deduction:
    """kind: base, remaining (percent) · per_unit · quantity · paid · fixed."""

    kind: str
    amount: Fraction
    quantity: str = ""
    times_units: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: it begins ``over`` or ``from`` its value."""

    value: Fraction
    inclusive: bool
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap of a product's songs."""

    by: str
    songs: dict[str, Fraction]
    multiplier: Fraction
    rounding: Rounding
    excess: str


@dataclass(frozen=True, slots=True)
class Rate:
    """kind: percent · per_unit · fixed · tiers · table · best. Percents are fractions of 1."""

    kind: str
    amount: Fraction = Fraction(0)
    rounding: Rounding = None
    per: str = ""
    counter: str = ""
    ladder: str = ""
    of_units: bool = False
    steps: tuple[Step, ...] = ()
    table: str = ""
    date: str = "sold_on"
    contents: str = ""
    fill: tuple[tuple[Where | None, Fraction, bool], ...] = ()
    cap: Cap | None = None
    members: tuple["Rate", ...] = ()
    lesser: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """An income clause; ``to`` is (payee | split | pot, name)."""

    id: str
    group: str
    where: Where
    base: Base | None
    deductions: tuple[Deduction, ...]
    rate: Rate
    adjustments: tuple[tuple[Where, Fraction], ...]
    to: tuple[str, str]
    when: str | None = None

    @property
    def takes_lines(self) -> bool:
        """Whether the clause is fed by lines at all."""
        return self.rate.kind != "fixed" or self.rate.per == "work"


@dataclass(frozen=True, slots=True)
class Split:
    """kind: percent (weights summing to 1) · weights · shares."""

    kind: str
    weights: tuple[tuple[str, Fraction], ...] = ()
    table: str = ""
    controlled: bool = False
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest on an open balance; percent as a fraction of 1."""

    percent: Fraction
    compound: bool
    day_count: str
    start: date | None


@dataclass(frozen=True, slots=True)
class Party:
    """One party of a recoup step."""

    to: str
    amount: Fraction | None
    contributions: tuple[str, ...]
    premium: Fraction
    interest: Interest | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A step of the waterfall. kind: fee · costs · recoup · split."""

    id: str
    kind: str
    source: str
    rest: str | None
    to: str = ""
    percent: Fraction = Fraction(0)
    of: str = ""
    categories: tuple[str, ...] = ()
    cap: tuple[Fraction, str] | None = None
    interest: Interest | None = None
    parties: tuple[Party, ...] = ()
    parts: tuple[tuple[str, str, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Advance:
    """An advance: paid in full on its day."""

    id: str
    amount: int
    on: date
    recoupable: bool
    recoup_from: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class CostRecoupment:
    """Costs recouped from earnings."""

    id: str
    categories: tuple[str, ...]
    percent: Fraction
    recoup_from: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Window:
    """A guarantee's window (last day included) and its instalments."""

    first: date
    last: date
    instalments: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee; ``every`` is the yearly amount with optional bounds."""

    id: str
    windows: tuple[Window, ...]
    clauses: tuple[str, ...] | None
    advances: tuple[str, ...]
    crossed: bool = False
    yearly: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    """A part of sales kept back against returns, and released by parts in the periods after."""

    id: str
    percent: Fraction
    where: Where
    clauses: tuple[str, ...] | None
    release: tuple[Fraction, ...]
    liquidated_on: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """What happens to one payee's earnings."""

    cap: tuple[int, str] | None = None
    floor: tuple[int, str] | None = None
    advances: tuple[Advance, ...] = ()
    costs: tuple[CostRecoupment, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    reserves: tuple[Reserve, ...] = ()


@dataclass(frozen=True, slots=True)
class Deal:
    """The whole deal."""

    id: str
    title: str
    currency: str
    fx_at: str
    fx_source: str
    period_kind: str
    year_starts: str
    as_of: date | None
    payees: dict[str, int]
    counters: dict[str, Counter]
    triggers: dict[str, Trigger]
    daily: bool
    groups: tuple[str, ...]
    clauses: tuple[Clause, ...]
    splits: dict[str, Split]
    waterfall: tuple[Flow, ...]
    accounts: dict[str, Account]
    examples: tuple[dict[str, Any], ...]
    counter_order: tuple[str, ...] = field(default=())
    covers: Where = EVERYTHING

    def clause(self, name: str) -> Clause:
        """Return the clause ``name``."""
        return next(clause for clause in self.clauses if clause.id == name)
