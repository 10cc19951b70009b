"""Shares: whole parts of a whole, so that thirds are exact and sums are never nearly right."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from uuid import UUID

from kernel.errors import DomainError

MOST_PARTS = 10**9
DIGITS = 4


class BadShares(DomainError):
    """Shares that don't make up a whole, or can't be moved as asked."""

    code = "bad_shares"
    status = 422


@dataclass(frozen=True, slots=True)
class Shares:
    """Who holds how many of ``total`` parts, in the order given; the parts sum to the total."""

    parts: tuple[tuple[UUID, int], ...]
    total: int

    @classmethod
    def of(
        cls, parts: Iterable[tuple[UUID, int]], *, total: int | None = None, rest: UUID | None
    ) -> "Shares":
        """Return checked shares; what ``total`` leaves over is held by ``rest``.

        ``total`` None is the sum of the parts. Raises BadShares.
        """
        told = tuple(parts)
        if any(number <= 0 for _, number in told):
            raise BadShares("Each share is a whole number of parts, one or more.")
        if len({holder for holder, _ in told}) < len(told):
            raise BadShares("A holder is named twice. Add the two shares up.")
        summed = sum(number for _, number in told)
        whole = summed if total is None else total
        if not 0 < whole <= MOST_PARTS or summed > whole:
            raise BadShares(
                f"The shares sum to {summed} of {whole} parts. They may not sum to more than the "
                f"whole, and a whole has 1 to {MOST_PARTS} parts."
            )
        if summed == whole:
            return cls(told, whole)
        if rest is None:
            raise BadShares(f"The shares sum to {summed} of {whole} parts: name the rest too.")
        held = dict(told)
        return cls(tuple((held | {rest: held.get(rest, 0) + whole - summed}).items()), whole)

    @classmethod
    def whole(cls, holder: UUID) -> "Shares":
        """Return the shares of one who holds everything."""
        return cls(((holder, 1),), 1)

    def share(self, holder: UUID) -> Fraction:
        """Return what a holder has of the whole, exactly."""
        return Fraction(dict(self.parts).get(holder, 0), self.total)

    def moved(self, *, giver: UUID, taker: UUID, portion: Fraction | None) -> "Shares":
        """Return the shares after ``giver`` has passed ``portion`` of the whole to ``taker``.

        None is all that the giver has. Parts get finer as needed. Raises BadShares.
        """
        has = self.share(giver)
        given = has if portion is None else portion
        if not 0 < given <= has:
            raise BadShares(
                f"The giver holds {percent(has)} % and can't pass on {percent(given)} %.",
                holds=str(has),
            )
        if giver == taker:
            raise BadShares("A share passes from one holder to another, not to the same one.")
        held = {holder: Fraction(parts, self.total) for holder, parts in self.parts}
        held[giver] -= given
        held[taker] = held.get(taker, Fraction(0)) + given
        kept = {holder: part for holder, part in held.items() if part}
        total = lcm(*(part.denominator for part in kept.values()))
        if total > MOST_PARTS:
            raise BadShares(f"That would cut the whole into more than {MOST_PARTS} parts.")
        if self.total % total == 0 and total != self.total:
            total = self.total  # keep the parts people know
        parts = tuple((holder, int(part * total)) for holder, part in kept.items())
        return Shares(parts, total)


def percent(share: Fraction) -> str:
    """Return a share in percent: exact where it ends within four places, else rounded to four.

    The exact value is always parts of the total; this is for people to read.
    """
    scaled = share * 100 * 10**DIGITS
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // 10**DIGITS}.{whole % 10**DIGITS:0{DIGITS}d}"
    return text.rstrip("0").rstrip(".")


def written(share: Fraction) -> str:
    """Return a share as somebody would write it, exactly: percent, else a fraction.

    ``fraction`` reads it back.
    """
    text = percent(share)
    exact = share * 100 * 10**DIGITS
    return text if exact.denominator == 1 else f"{share.numerator}/{share.denominator}"


_WRITTEN = re.compile(
    r"([0-9]{1,10})\s*/\s*([0-9]{1,10})\Z|([0-9]{1,3})(?:[.,]([0-9]{1,12}))?\s*%?\Z"
)


def fraction(text: str) -> Fraction:
    """Return the share that somebody wrote: ``1/3``, or percent as ``50``, ``12.5 %``. Exact.

    Raises BadShares for what can't be read, nothing, and more than the whole.
    """
    found = _WRITTEN.match(text.strip())
    share = Fraction(0)
    if found and found[1] and int(found[2]):
        share = Fraction(int(found[1]), int(found[2]))
    elif found and found[3]:
        decimals = found[4] or ""
        share = Fraction(int(found[3] + decimals), 100 * 10 ** len(decimals))
    if not 0 < share <= 1:
        raise BadShares(
            f"“{text[:40]}” is no share. Write percent as 50 or 12.5, or a fraction as 1/3."
        )
    return share
