"""Sixty rights holders (artists, writers, labels, studios, societies), and seven licensees."""

from demo.content import numbers, words
from demo.content.dice import dice
from demo.content.plan import Party

WRITERS, PRODUCERS, AUTHORS, DIRECTORS = 14, 4, 6, 4


def meridian() -> tuple[Party, ...]:
    """Return the holders of Meridian Arts Group."""
    names = words.people("parties")
    groups = [
        ("ART", "artist", words.BANDS),
        ("WRI", "person", [next(names) for _ in range(WRITERS)]),
        ("PRO", "person", [next(names) for _ in range(PRODUCERS)]),
        ("AUT", "person", [next(names) for _ in range(AUTHORS)]),
        ("DIR", "person", [next(names) for _ in range(DIRECTORS)]),
        ("LAB", "label", words.LABELS),
        ("PUB", "publisher", words.PUBLISHERS),
        ("STU", "studio", words.STUDIOS),
        ("DIS", "distributor", words.DISTRIBUTORS),
        ("SOC", "society", words.SOCIETIES),
        ("LIC", "other", words.LICENSEES),
    ]
    throw = dice("countries")
    found: list[Party] = []
    for prefix, kind, listed in groups:
        for place, name in enumerate(listed, 1):
            number = len(found) + 1
            has_ipi = prefix in ("WRI", "PUB", "SOC")
            has_isni = prefix in ("ART", "WRI", "AUT")
            found.append(
                Party(
                    code=f"{prefix}-{place:02}",
                    kind=kind,
                    name=name,
                    country=throw.choice(words.COUNTRIES),
                    ipi=numbers.ipi(number) if has_ipi else "",
                    isni=numbers.isni(number) if has_isni else "",
                )
            )
    return tuple(found)


def northlight() -> tuple[Party, ...]:
    """Return the holders of Northlight, whose names nobody at Meridian may ever read."""
    named = [
        ("ART-01", "artist", "The Northlight Aurora Trio"),
        ("ART-02", "artist", "The Northlight Borealis Choir"),
        ("WRI-01", "person", "Solveig Northlight"),
        ("LAB-01", "label", "Northlight Records"),
        ("PUB-01", "publisher", "Northlight Songs"),
        ("STU-01", "studio", "Northlight Pictures"),
    ]
    return tuple(Party(code, kind, name, "NO") for code, kind, name in named)
