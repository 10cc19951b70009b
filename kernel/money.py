"""Money: a Decimal and its currency, and the two ways to divide it without losing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import lcm

from kernel.currencies import minor_units
from kernel.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; it may be finer than the smallest unit."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        minor_units(self.currency)
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise InvalidValue(f"Money needs a finite Decimal, not {self.amount!r}.")

    @classmethod
    def from_minor(cls, units: int, currency: str) -> "Money":
        """Return ``units`` of the smallest unit (cents) as money."""
        return cls(Decimal(units).scaleb(-minor_units(currency)), currency)

    def to_minor(self) -> int:
        """Return the amount in smallest units; refuse an amount that is finer than those."""
        scaled = self.amount.scaleb(minor_units(self.currency))
        if scaled != scaled.to_integral_value():
            raise InvalidValue(f"{self.amount} {self.currency} is finer than the smallest unit.")
        return int(scaled)

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise InvalidValue(f"{self.currency} and {other.currency} can't be added or compared.")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def round_minor(exact: Fraction, currency: str) -> int:
    """Return ``exact`` (in whole currency units) in smallest units, halves away from zero."""
    scaled = Fraction(abs(exact) * 10 ** minor_units(currency))
    nearest: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return nearest if exact >= 0 else -nearest


def apportion(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Divide ``total`` into integers as near to ``exact`` as possible, summing to ``total``.

    ``exact`` holds fractions of the same unit as ``total`` whose sum is within one unit a part of
    it. Largest remainder: floors towards minus infinity, then the largest fractions gain a unit
    each; ties go to the earlier part. This is the only way money is divided.
    """
    over = lcm(*(part.denominator for part in exact)) if exact else 1
    return apportion_over(
        total, [part.numerator * (over // part.denominator) for part in exact], over
    )


def apportion_over(total: int, parts: Sequence[int], over: int) -> list[int]:
    """Divide ``total`` as ``apportion`` does, by exact parts given as integers over ``over``."""
    floors = [part // over for part in parts]
    missing = total - sum(floors)
    if not 0 <= missing <= len(floors):
        raise InvalidValue(f"The parts sum to {Fraction(sum(parts), over)}, not to {total}.")
    if missing:
        rests = [floor * over - part for floor, part in zip(floors, parts, strict=True)]
        for i in sorted(range(len(rests)), key=rests.__getitem__)[:missing]:
            floors[i] += 1
    return floors


def allocate(whole: Money, weights: Sequence[Decimal | Fraction | int]) -> list[Money]:
    """Divide ``whole`` in proportion to ``weights`` (at least 0, not all 0); nothing is lost."""
    parts = [Fraction(weight) for weight in weights]
    total = sum(parts, Fraction())
    if total <= 0 or min(parts) < 0:
        raise InvalidValue("Weights must be zero or more, and at least one above zero.")
    units = whole.to_minor()
    shares = apportion(units, [units * part / total for part in parts])
    return [Money.from_minor(share, whole.currency) for share in shares]


def quantized(exact: Fraction, places: int, mode: str = ROUND_HALF_UP) -> Fraction:
    """Round ``exact`` to ``places`` decimals, as a contract's rounding term says.

    ``mode`` is one of decimal's ROUND_DOWN, ROUND_UP, ROUND_HALF_UP and ROUND_HALF_EVEN.
    """
    scaled = exact * 10**places
    floor = scaled.numerator // scaled.denominator
    rest = scaled - floor
    toward_zero = floor if exact >= 0 or rest == 0 else floor + 1
    away = toward_zero if rest == 0 else toward_zero + (1 if exact >= 0 else -1)
    half = Fraction(1, 2)
    dropped = abs(scaled - toward_zero)
    up = {
        "ROUND_DOWN": False,
        "ROUND_UP": dropped > 0,
        "ROUND_HALF_UP": dropped >= half,
        "ROUND_HALF_EVEN": dropped > half or (dropped == half and toward_zero % 2 == 1),
    }[mode]
    return Fraction(away if up else toward_zero, 10**places)
