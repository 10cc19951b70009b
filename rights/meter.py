"""What the shares that somebody types come to, before anything is looked at or saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rights.engine.shares import BadShares, fraction, percent

SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Meter:
    """The sum of shares as typed, exactly; ``unread`` are the rows whose share can't be read."""

    total: Fraction
    unread: tuple[int, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the shares are over the whole."""
        return self.total > 1

    @property
    def sum(self) -> str:
        """The sum in percent."""
        return percent(self.total)

    @property
    def rest(self) -> str:
        """What is left for ``unclaimed``, or by how much it is over the whole, in percent."""
        return percent(abs(1 - self.total))

    @property
    def filled(self) -> int:
        """How much of the whole has a holder, from 0 to ``SCALE``; never more."""
        return min(int(self.total * SCALE), SCALE)

    @property
    def says(self) -> str:
        """The same in a sentence."""
        if self.over:
            said = f"{self.sum} %: over the whole by {self.rest} %. Lower a share."
        elif self.total == 1:
            said = "100 %: the whole has holders."
        else:
            said = f"{self.sum} % has holders; {self.rest} % is left, and is unclaimed."
        rows = " and ".join(str(number) for number in self.unread)
        many = len(self.unread) > 1
        return f"{said} Share{'s' if many else ''} {rows} can't be read." if rows else said


def of(texts: Iterable[str]) -> Meter:
    """Return what shares come to, as they are typed row by row; empty rows are passed over."""
    total, unread = Fraction(0), []
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            total += fraction(text)
        except BadShares:
            unread.append(number)
    return Meter(total, tuple(unread))
