"""Columns of which each row has one of several rates, kept apart until rows are summed.

Exchange rates have no denominator in common: over one for all, a quarter of daily rates would need
thousands of digits in every row. As classes they cost a number, and a sum only what is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from royalties.engine.columns import Array, Col, Ratios, Sums
from royalties.engine.words import distinct

WIDEST = 256


@dataclass(frozen=True, slots=True)
class Rated:
    """Values ``measure[i] × rates[codes[i]]``."""

    measure: Col
    rates: list[Fraction]
    codes: Array

    @classmethod
    def plain(cls, measure: Col) -> "Rated":
        """Return a column as it is."""
        return cls(measure, [Fraction(1)], np.zeros(len(measure), dtype=np.int8))

    @classmethod
    def listed(cls, values: Sequence[Fraction]) -> "Rated":
        """Return values, each with a denominator of its own."""
        ones = Col.of(np.ones(len(values), dtype=np.int64))
        return cls(ones, list(values), np.arange(len(values)))

    @classmethod
    def joined(cls, blocks: "Sequence[Rated]") -> "Rated":
        """Return columns one below the other."""
        rates, codes = list[Fraction](), [np.zeros(0, dtype=np.int64)]
        for block in blocks:
            codes.append(block.codes + np.int64(len(rates)))
            rates += block.rates
        return cls(Col.joined([each.measure for each in blocks]), rates, np.concatenate(codes))

    def __len__(self) -> int:
        return len(self.measure)

    def take(self, index: Array) -> "Rated":
        """Return the values at ``index`` (positions or a mask)."""
        return Rated(self.measure.take(index), self.rates, self.codes[index])

    def scaled(self, by: Fraction) -> "Rated":
        """Return every value times ``by``."""
        return Rated(self.measure, [rate * by for rate in self.rates], self.codes)

    def times(self, rates: Sequence[Fraction], codes: Array) -> "Rated":
        """Return every value times its rate among others."""
        first, number = distinct([self.codes, codes])
        both = zip(self.codes[first].tolist(), codes[first].tolist(), strict=True)
        return Rated(self.measure, [self.rates[a] * rates[b] for a, b in both], number)

    def at(self, index: int) -> Fraction:
        """Return one value."""
        return self.measure.at(index) * self.rates[int(self.codes[index])]

    def list(self) -> list[Fraction]:
        """Return the values as fractions."""
        rates = [self.rates[code] for code in self.codes.tolist()]
        return [value * rate for value, rate in zip(self.measure.list(), rates, strict=True)]

    def col(self) -> Col:
        """Return the values over one denominator."""
        return self.measure.times(Col.fractions(self.rates).take(self.codes))

    def total(self) -> Fraction:
        """Return the exact sum."""
        sums = Sums(len(self.rates))
        sums.add(self.codes, self.measure)
        return added([a * b for a, b in zip(sums.col().list(), self.rates, strict=True)])

    def sums(self, groups: Array, count: int) -> Col | Ratios:
        """Return the sums by group, over one denominator where that isn't too large."""
        first, pair = distinct([groups, self.codes])
        by_pair = Sums(len(first))
        by_pair.add(pair, self.measure)
        parts = Rated(by_pair.col(), self.rates, self.codes[first])
        if not self._is_wide():
            whole = Sums(count)
            whole.add(groups[first], parts.col())
            return whole.col()
        return parts.ratios(groups[first], count)

    def _is_wide(self) -> bool:
        common = 1
        for den in {rate.denominator for rate in self.rates}:
            common = lcm(common, den)
            if common.bit_length() > WIDEST:
                return True
        return False

    def ratios(self, groups: Array, count: int) -> Ratios:
        """Return the sums by group, each over a denominator of its own."""
        above, below = [0] * count, [1] * count
        pairs = zip(groups.tolist(), self.measure.num.tolist(), self.codes.tolist(), strict=True)
        for group, value, code in pairs:
            num, den = self.rates[code].as_integer_ratio()
            if den == below[group]:
                above[group] += value * num
            else:
                above[group] = above[group] * den + value * num * below[group]
                below[group] *= den
        num, den = np.empty(count, dtype=object), np.empty(count, dtype=object)
        num[:], den[:] = above, below
        return Ratios(num, den * self.measure.den)


def added(values: Sequence[Fraction]) -> Fraction:
    """Return an exact sum, by halves: so few additions are of long numbers."""
    if len(values) < 3:
        return sum(values, Fraction())
    half = len(values) // 2
    return added(values[:half]) + added(values[half:])
