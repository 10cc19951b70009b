"""What the words of an expression mean: places and groups by code, and the synonyms for them."""

import csv
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources

from kernel.errors import DomainError
from territories.geography.allocation import WORLD, register
from territories.geography.groups import Group, public_groups
from territories.geography.spans import Span

VENUE_PREFIX = "LOC:"
TIS_WORLD = 2136
# What people write for a place whose code is another: named in the error, never guessed silently.
COMMON_SLIPS = {
    "UK": "GB",
    "ENGLAND": "GB-ENG",
    "SCOTLAND": "GB-SCT",
    "WALES": "GB-WLS",
    "EL": "GR",
    "HOLLAND": "NL",
    "ROW": "WORLD",
    "NORDIC": "NORDICS",
    "BALTIC": "BALTICS",
    "LATIN": "LATAM",
}


class UnknownTerritory(DomainError):
    """A word that names no place and no group; ``extra`` has token, position and suggestions."""

    code = "unknown_territory"
    status = 422


@dataclass(frozen=True, slots=True)
class Country:
    """A country's other names: ISO 3166-1 alpha-3, the TIS number, and its main time zone."""

    code: str
    alpha_3: str
    tis: int
    zone: str


@cache
def countries() -> dict[str, Country]:
    """Return the 249 countries by code."""
    source = resources.files("territories.geography") / "data" / "countries.csv"
    rows = csv.DictReader(source.read_text("ascii").splitlines())
    return {
        row["code"]: Country(row["code"], row["alpha_3"], int(row["tis"]), row["zone"])
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an organisation's own word stands for from ``start`` up to but not including ``end``."""

    expression: str
    start: date | None = None
    end: date | None = None

    def on(self, day: date) -> bool:
        """Return whether this is the meaning on ``day``."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Every code an expression may use: ``spans`` of places, ``groups``, ``synonyms`` of codes.

    ``meanings`` are words defined by expressions; they come before public codes and are themselves
    read without them, so an own ``EU`` may be defined as ``EU + CH``.

    Compared and hashed by identity, so that what was resolved under it can be remembered.
    """

    spans: Mapping[str, Span]
    groups: Mapping[str, Group]
    synonyms: Mapping[str, str]
    meanings: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)

    def extended(
        self,
        *,
        venues: Mapping[str, Span] | None = None,
        groups: Iterable[Group] = (),
        synonyms: Mapping[str, str] | None = None,
        meanings: Mapping[str, tuple[Meaning, ...]] | None = None,
    ) -> "Atlas":
        """Return an atlas that also knows these; a group or a meaning shadows a public one."""
        return replace(
            self,
            spans={**self.spans, **(venues or {})},
            groups={**self.groups, **{group.code: group for group in groups}},
            synonyms={**self.synonyms, **(synonyms or {})},
            meanings={**self.meanings, **(meanings or {})},
        )

    def public_words(self) -> "Atlas":
        """Return this atlas without the words that expressions define."""
        return replace(self, meanings={})

    def code(self, word: str) -> str | None:
        """Return the code that ``word`` stands for in any letter case, or None."""
        upper = word.upper()
        if upper in self.meanings or upper in self.groups or upper in self.spans:
            return upper
        if upper.isascii() and upper.isdecimal():
            upper = upper.lstrip("0")
        return self.synonyms.get(upper)

    def known(self, word: str, *, position: int = 0, text: str = "") -> str:
        """Return the code of ``word`` or raise ``UnknownTerritory`` with the nearest matches."""
        code = self.code(word)
        if code is None:
            raise self._unknown(word, position, text)
        return code

    def suggestions(self, word: str, limit: int = 3) -> list[str]:
        """Return the codes whose code or name is nearest to ``word``, nearest first."""
        upper = word.upper()
        if slip := COMMON_SLIPS.get(upper):
            return [slip]
        head, _, tail = upper.partition("-")
        apart = tail and self.code(head) and self.code(tail)
        first = [f"{self.code(head)} - {self.code(tail)}"] if apart else []
        wording: dict[str, str] = {name.upper(): code for name, code in _names().items()}
        wording |= {group.name.upper(): code for code, group in self.groups.items()}
        wording |= {code: code for code in [*self.meanings, *self.groups, *countries(), WORLD]}
        if tail or upper.startswith(VENUE_PREFIX):
            near_by = VENUE_PREFIX if upper.startswith(VENUE_PREFIX) else f"{head}-"
            wording = {code: code for code in self.spans if code.startswith(near_by)} or wording
        near = difflib.get_close_matches(upper, wording, n=limit * 3, cutoff=0.6)
        return list(dict.fromkeys([*first, *(wording[one] for one in near)]))[:limit]

    def _unknown(self, word: str, position: int, text: str) -> UnknownTerritory:
        found = self.suggestions(word)
        what_next = (
            f"Did you mean {' or '.join(found)}?"
            if found
            else "Write an ISO code such as DE or US-CA, a group such as EU, or a venue LOC:…."
        )
        where = f" at character {position + 1}" if text and text != word else ""
        return UnknownTerritory(
            f"{word!r}{where} is not a known territory. {what_next}",
            token=word,
            position=position,
            suggestions=found,
        )


@cache
def _names() -> dict[str, str]:
    """Return the countries' codes by their English names."""
    import pycountry

    names: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("official_name", "common_name", "name"):
            if name := getattr(country, attribute, None):
                names[name] = country.alpha_2
    return names


@cache
def public_atlas() -> Atlas:
    """Return the atlas of the product's own register and groups: no venues, no database."""
    groups = public_groups()
    synonyms = {"WORLDWIDE": WORLD, str(TIS_WORLD): WORLD, "2WL": WORLD}
    synonyms |= {country.alpha_3: code for code, country in countries().items()}
    synonyms |= {str(group.tis): code for code, group in groups.items() if group.tis}
    synonyms |= {str(country.tis): code for code, country in countries().items()}
    return Atlas({code: place.span for code, place in register().items()}, groups, synonyms)
