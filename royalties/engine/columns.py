"""Exact columns: integers over one common denominator, in int64 where that is proved to fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernel.errors import InvalidValue

Array = NDArray[Any]
SAFE = 1 << 62
CHUNK = 65_536
LIMB = 31
LOW = (1 << LIMB) - 1
UNIT_PLACES = 15


def chunks(count: int) -> Iterator[slice]:
    """Yield the slices in which many rows are worked on, so that little is held at a time."""
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))


def _bound(num: Array) -> int:
    if not len(num):
        return 0
    return max(abs(int(num.max())), abs(int(num.min())))


@dataclass(frozen=True, slots=True)
class Col:
    """Values ``num[i] / den``; ``bound`` is the largest absolute numerator."""

    num: Array
    den: int
    bound: int

    @classmethod
    def of(cls, num: Array, den: int = 1) -> "Col":
        """Return integers over ``den`` as a column, as int64 where they fit."""
        bound = _bound(num)
        if num.dtype == object and bound < SAFE:
            num = num.astype(np.int64)
        return cls(num, den, bound)

    @classmethod
    def fractions(cls, values: list[Fraction]) -> "Col":
        """Return exact fractions as a column over their common denominator."""
        den = lcm(*(value.denominator for value in values)) if values else 1
        num = np.empty(len(values), dtype=object)
        for at, value in enumerate(values):
            num[at] = value.numerator * (den // value.denominator)
        return cls.of(num, den)

    @classmethod
    def zeros(cls, length: int) -> "Col":
        """Return a column of zeros."""
        return cls(np.zeros(length, dtype=np.int64), 1, 0)

    def __len__(self) -> int:
        return len(self.num)

    def at(self, index: int) -> Fraction:
        """Return one value."""
        return Fraction(int(self.num[index]), self.den)

    def take(self, index: Array) -> "Col":
        """Return the values at ``index`` (positions or a mask)."""
        return Col(self.num[index], self.den, self.bound)

    def scaled(self, by: Fraction | int) -> "Col":
        """Return every value times ``by``."""
        by = Fraction(by)
        if by == 1:
            return self
        num, _ = _times(self.num, self.bound, by.numerator)
        return Col.of(num, self.den * by.denominator)

    def times(self, other: "Col") -> "Col":
        """Return the products, value by value."""
        bound = self.bound * other.bound
        left, right = self.num, other.num
        if bound >= SAFE:
            left, right = left.astype(object), right.astype(object)
        num = left * right
        return Col.of(num, self.den * other.den)

    def _over(self, den: int) -> tuple[Array, int]:
        return _times(self.num, self.bound, den // self.den)

    def plus(self, other: "Col", sign: int = 1) -> "Col":
        """Return the sums, value by value (differences where ``sign`` is -1)."""
        den = lcm(self.den, other.den)
        (left, a), (right, b) = self._over(den), other._over(den)
        if a + b >= SAFE:
            left, right = left.astype(object), right.astype(object)
        return Col.of(left + right if sign > 0 else left - right, den)

    @classmethod
    def joined(cls, blocks: "Sequence[Col]") -> "Col":
        """Return columns one below the other."""
        den = lcm(*(each.den for each in blocks))
        parts = [each._over(den)[0] for each in blocks]
        return cls.of(np.concatenate([np.zeros(0, dtype=np.int64), *parts]), den)

    def where(self, other_counts: Array, other: "Col") -> "Col":
        """Return the other's values where that is so, and one's own elsewhere."""
        if bool(other_counts.all()):
            return other
        if not bool(other_counts.any()):
            return self
        den = lcm(self.den, other.den)
        left, right = self._over(den)[0], other._over(den)[0]
        return Col.of(np.where(other_counts, right, left), den)

    def magnitude_beats(self, other: "Col") -> Array:
        """Return where the absolute value is larger than the other's."""
        den = lcm(self.den, other.den)
        left, right = self._over(den)[0], other._over(den)[0]
        return np.asarray(np.abs(left) > np.abs(right), dtype=bool)

    def floored_at_zero(self, sign_of: Array) -> "Col":
        """Return values kept from crossing zero: at least 0 where ``sign_of`` > 0, and so on."""
        num = self.num.copy()
        num[(sign_of > 0) & (num < 0)] = 0
        num[(sign_of < 0) & (num > 0)] = 0
        num[np.asarray(sign_of == 0, dtype=bool)] = 0
        return Col.of(num, self.den)

    def total(self) -> Fraction:
        """Return the exact sum."""
        if self.num.dtype == object:
            return Fraction(int(sum(self.num.tolist())), self.den)
        high = sum(int((self.num[part] >> LIMB).sum()) for part in chunks(len(self)))
        low = sum(int((self.num[part] & LOW).sum()) for part in chunks(len(self)))
        return Fraction((high << LIMB) + low, self.den)

    def list(self) -> list[Fraction]:
        """Return the values as fractions."""
        return [Fraction(int(value), self.den) for value in self.num.tolist()]


@dataclass(frozen=True, slots=True)
class Ratios:
    """Values ``num[i] / den[i]``: what has no common denominator of a bearable length."""

    num: Array
    den: Array

    def scaled(self, by: Fraction | int) -> "Ratios":
        """Return every value times ``by``."""
        by = Fraction(by)
        return Ratios(self.num * by.numerator, self.den * by.denominator)

    def take(self, index: Array) -> "Ratios":
        """Return the values at ``index``."""
        return Ratios(self.num[index], self.den[index])

    def list(self) -> list[Fraction]:
        """Return the values as fractions."""
        pairs = zip(self.num.tolist(), self.den.tolist(), strict=True)
        return [Fraction(num, den) for num, den in pairs]


def divide(total: int, exact: Col | Ratios) -> Col:
    """Divide ``total`` into whole numbers as ``kernel.money.apportion`` does; ties go to the first.

    Where integers are too large for 64 bits, their fractions are compared by the first 62 bits, and
    in full only where these are equal.
    """
    num: Array = exact.num
    den: Any = exact.den
    if isinstance(exact, Col) and max(exact.bound, exact.den) >= SAFE:
        num = num.astype(object)
    floors = num // den
    missing = total - int(Col.of(floors).total())
    if not 0 <= missing <= len(floors):
        raise InvalidValue(f"The parts don't sum to {total}.")
    if not missing:
        return Col.of(floors)
    rests = num - floors * den
    sizes = rests if rests.dtype != object else ((rests << 62) // den).astype(np.int64)
    least = np.partition(sizes, len(sizes) - missing)[len(sizes) - missing]
    gains = sizes > least
    tied = np.flatnonzero(sizes == least)
    if rests.dtype == object:
        each = rests[tied] if isinstance(exact, Col) else Ratios(rests, exact.den).take(tied).list()
        tied = tied[sorted(range(len(tied)), key=lambda at: -each[at])]
    gains[tied[: missing - int(gains.sum())]] = True
    return Col.of(floors + gains)


def _times(num: Array, bound: int, by: int) -> tuple[Array, int]:
    product = bound * abs(by)
    if max(product, abs(by)) >= SAFE:
        return num.astype(object) * by, product
    return num * by, product


class Sums:
    """Exact sums by group, to which chunks are added in any order.

    int64 values are summed as two limbs (the low 31 bits and the rest), which can't overflow for
    fewer than 2**31 lines; larger ones as Python integers.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.parts: dict[int, list[Array]] = {}

    def add(self, groups: Array, values: Col) -> None:
        """Add ``values`` to the sums of their ``groups``."""
        if values.den not in self.parts:
            low = np.zeros(self.count, dtype=np.int64)
            self.parts[values.den] = [low, low.copy(), np.zeros(0, dtype=object)]
        for part in chunks(len(values)):
            self._add(self.parts[values.den], groups[part], values.num[part])

    def _add(self, sums: list[Array], groups: Array, num: Array) -> None:
        if num.dtype == object:
            if not len(sums[2]):
                sums[2] = np.array([0] * self.count, dtype=object)
            np.add.at(sums[2], groups, num)
        elif _bound(num) < 1 << LIMB:
            np.add.at(sums[0], groups, num)
        else:
            np.add.at(sums[0], groups, num & LOW)
            np.add.at(sums[1], groups, num >> LIMB)

    def col(self) -> Col:
        """Return the sums as a column."""
        found = Col.zeros(self.count)
        for den, (low, high, big) in sorted(self.parts.items()):
            if len(big) or _bound(high) >= 1 << (61 - LIMB) or _bound(low) >= 1 << 61:
                num = (high.astype(object) * (1 << LIMB)) + low.astype(object)
                num = num + big if len(big) else num
            else:
                num = (high << LIMB) + low
            found = found.plus(Col.of(num, den)) if self.count else found
        return found
