"""Who holds what, found the slow way: point by point, from the words of the rules alone.

The world is cut into a few atoms (rights, places, stretches of days) that every claim of the tests
covers wholly or not at all. It knows no boxes and no database.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

RIGHTS = {
    "mechanical": {"mechanical_stream", "mechanical_download", "mechanical_physical"},
    "mechanical_stream": {"mechanical_stream"},
    "sync": {"sync_film"},
    "music": {
        "mechanical_stream", "mechanical_download", "mechanical_physical", "sync_film",
        "performance_live",
    },
}  # fmt: skip
PLACES = {
    "WORLD": {"DE", "FR", "US-CA", "US-NY", "JP"},
    "WORLD - DE": {"FR", "US-CA", "US-NY", "JP"},
    "DE": {"DE"},
    "FR + DE": {"DE", "FR"},
    "US": {"US-CA", "US-NY"},
    "US-CA": {"US-CA"},
    "WORLD - US": {"DE", "FR", "JP"},
}
DAYS = range(4)
POINTS = list(product(sorted(RIGHTS["music"]), sorted(PLACES["WORLD"]), DAYS))
Held = dict[object, Fraction]


class Refused(Exception):
    """What the rules forbid."""


@dataclass(frozen=True)
class Word:
    """What one claim says for some days; ``lowest`` is what was bought from a default."""

    claim: object
    rights: frozenset[str]
    places: frozenset[str]
    days: frozenset[int]
    shares: tuple[tuple[object, Fraction], ...]
    reason: bool
    lowest: frozenset[tuple[str, str, int]] | None = None

    def says(self, point: tuple[str, str, int]) -> bool:
        """Return whether it speaks of a point."""
        right, place, day = point
        if self.lowest is not None:
            return point in self.lowest and day in self.days
        return right in self.rights and place in self.places and day in self.days

    def above(self, other: "Word") -> bool:
        """Return whether it wins over another word where both speak."""
        return self.reason and (other.lowest is not None or self.places < other.places)


@dataclass
class Oracle:
    """The words that stand for one work, and who owns each right by default."""

    owners: dict[str, Held]
    words: list[Word] = field(default_factory=list)

    def holders(self, point: tuple[str, str, int]) -> Held:
        """Return who holds a point."""
        word = self.speaker(point)
        return dict(word.shares) if word else self.owners[root_of(point[0])]

    def speaker(self, point: tuple[str, str, int]) -> Word | None:
        """Return the word that holds at a point; None: the default."""
        told = [word for word in self.words if word.says(point)]
        best = [w for w in told if all(w is other or w.above(other) for other in told)]
        assert not told or len(best) == 1
        return best[0] if best else None

    def put(self, word: Word) -> None:
        """Add a word; refuse it where another one is in its way, or would never speak again."""
        for other in self.words:
            meets = any(word.says(point) and other.says(point) for point in POINTS)
            if meets and not word.above(other) and not other.above(word):
                raise Refused
        self.words.append(word)

    def all_speak(self) -> bool:
        """Return whether each word still holds somewhere."""
        speaking = [self.speaker(point) for point in POINTS]
        return all(any(one is word for one in speaking) for word in self.words)

    def drop(self, claim: object) -> None:
        """Forget a claim."""
        self.words = [word for word in self.words if word.claim != claim]

    def end(self, claim: object, until: int) -> None:
        """Let a claim hold before a stretch of days only; refuse what changes nothing, or all."""
        before = list(self.words)
        self.words = [
            replace(word, days=word.days & frozenset(range(until))) if word.claim == claim else word
            for word in self.words
        ]
        self.words = [word for word in self.words if word.days]
        if self.words == before or not any(word.claim == claim for word in self.words):
            raise Refused

    def transfer(self, claim: object, giver: object, taker: object, part: Fraction, on: int):
        """Pass a part of the whole on from a stretch of days."""
        kept: list[Word] = []
        for word in self.words:
            later = word.days & frozenset(range(on, len(DAYS)))
            if word.claim != claim or not later or giver not in dict(word.shares):
                kept.append(word)
                continue
            if earlier := word.days - later:
                kept.append(replace(word, days=earlier))
            kept.append(replace(word, days=later, shares=moved(word.shares, giver, taker, part)))
        if kept == self.words:
            raise Refused
        self.words = kept

    def sell(self, root: str, claim: object, taker: object, on: int) -> None:
        """Pass on all that a default holds from a stretch of days, for good."""
        (owner,) = self.owners[root]
        points = [
            point
            for point in POINTS
            if root_of(point[0]) == root and point[2] >= on and self.speaker(point) is None
        ]
        if not points:
            raise Refused
        everything = frozenset(PLACES["WORLD"])
        shares = ((taker, Fraction(1)),)
        days = frozenset(day for _, _, day in points)
        word = Word(claim, frozenset(), everything, days, shares, False, frozenset(points))
        assert owner != taker
        self.words.append(word)


def root_of(right: str) -> str:
    """Return the right that a default claim is made to."""
    return right.split("_")[0]


def moved(shares, giver, taker, part):
    """Return shares after a part has passed on."""
    held = dict(shares)
    if held[giver] < part:
        raise Refused
    held[giver] -= part
    held[taker] = held.get(taker, Fraction(0)) + part
    return tuple((who, share) for who, share in held.items() if share)
