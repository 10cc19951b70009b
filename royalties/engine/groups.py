"""What stage A hands on: the lines of a clause as sums, one row for each kind of line."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from royalties.engine.columns import Array, Col
from royalties.engine.rated import Rated
from royalties.engine.tables import Price
from royalties.engine.words import Words, distinct

PLACE = ("work", "territory", "channel", "source", "right_type")
Pricing = Callable[[Price | None, int], tuple[bool, Fraction]]


def _numbers() -> Array:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Groups:
    """Rows of lines that are alike in every respect that matters, summed exactly.

    ``days`` numbers the days of the period (-1: days change nothing); ``factors`` and ``prices``
    are classes, to which each row has a code; ``marks`` are the rows each royalty counter counts,
    ``kept`` the number of each payee's reserve that takes a row.
    """

    place: tuple[Words, ...] = tuple(Words.constant(None, 0) for _ in PLACE)
    days: Array = field(default_factory=_numbers)
    stretch: Array = field(default_factory=_numbers)
    factors: list[Fraction] = field(default_factory=list)
    factor_codes: Array = field(default_factory=_numbers)
    prices: list[tuple[Price | None, ...]] = field(default_factory=list)
    price_codes: Array = field(default_factory=_numbers)
    base: Rated = Rated.plain(Col.zeros(0))
    units: Col = Col.zeros(0)
    marks: dict[int, Array] = field(default_factory=dict)
    kept: dict[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.units)

    def money(self, pricing: Pricing, member: int = 0) -> Rated:
        """Return each row's base, or units, times a rate and the row's adjustments.

        ``pricing(price, stretch)`` says whether the rate is for each unit, and the rate; ``price``
        is the row's price of the ``member`` of a greater or lesser of several rates.
        """
        base = self.base
        first, inverse = distinct([self.price_codes, self.factor_codes, self.stretch, base.codes])
        rates, of_units = [], np.zeros(len(first), dtype=bool)
        for number, at in enumerate(first.tolist()):
            price = self.prices[int(self.price_codes[at])][member]
            of_units[number], rate = pricing(price, int(self.stretch[at]))
            into = Fraction(1) if of_units[number] else base.rates[int(base.codes[at])]
            rates.append(rate * self.factors[int(self.factor_codes[at])] * into)
        return Rated(base.measure.where(of_units[inverse], self.units), rates, inverse)

    def by_song(self) -> "Groups":
        """Return rows whose price is song by song as one row a song, at the song's own place."""
        if not any(price is not None and price.songs for price, *_ in self.prices):
            return self
        index, works, prices, codes = [], [], list[tuple[Price | None, ...]](), []
        for number, (price, *_) in enumerate(self.prices):
            mine = np.flatnonzero(self.price_codes == number)
            songs = price.songs if price is not None else ()
            own = [] if songs else [(self.place[0].take(mine), price)]
            each = [(Words.constant(song, len(mine)), Price(True, one)) for song, one in songs]
            for work, one in [*own, *each]:
                index.append(mine)
                works.append(work)
                codes.append(np.full(len(mine), len(prices), dtype=np.int64))
                prices.append((one,))
        at = np.concatenate(index)
        return replace(
            self,
            place=(Words.joined(works), *(each.take(at) for each in self.place[1:])),
            days=self.days[at],
            stretch=self.stretch[at],
            factor_codes=self.factor_codes[at],
            prices=prices,
            price_codes=np.concatenate(codes),
            base=self.base.take(at),
            units=self.units.take(at),
            marks={},
            kept={payee: column[at] for payee, column in self.kept.items()},
        )


def own_price(price: Price | None, _: int = 0) -> tuple[bool, Fraction]:
    """Return whether a price is for each unit, and its rate (all songs together)."""
    if price is None:
        return False, Fraction(0)
    return price.of_units, price.rate + sum((each for _, each in price.songs), Fraction(0))
