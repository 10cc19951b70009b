"""Territories as sales files write them: codes, TIS numbers, and names in English."""

import re
import unicodedata
from functools import cache

from territories.geography.atlas import public_atlas

_SUGGESTIONS_LOOKED_UP = 200
_OTHER_NAMES = {
    "US": "united states of america;u s a;u s",
    "GB": "great britain;united kingdom of great britain and northern ireland;united kingdom uk",
    "RU": "russia", "KR": "south korea;korea;korea south;republic of korea", "TW": "taiwan",
    "KP": "north korea;korea north", "TR": "turkey;turkiye", "CZ": "czech republic;czechia",
    "VN": "vietnam", "BO": "bolivia", "VE": "venezuela", "IR": "iran", "MD": "moldova",
    "TZ": "tanzania", "LA": "laos", "SY": "syria", "MK": "macedonia", "BN": "brunei",
    "CI": "ivory coast;cote d ivoire", "CV": "cape verde", "SZ": "swaziland", "PS": "palestine",
    "HK": "hong kong;hong kong sar;hong kong sar china", "MO": "macau;macao", "NL": "holland",
    "CD": "democratic republic of the congo;congo kinshasa", "CG": "congo brazzaville",
    "MM": "burma;myanmar", "FM": "micronesia", "VA": "vatican", "VG": "british virgin islands",
    "VI": "u s virgin islands;us virgin islands", "AE": "united arab emirates;uae",
    "TL": "east timor", "BS": "the bahamas", "GM": "the gambia", "BA": "bosnia",
    "WORLD": "world;global;all territories;rest of world undivided",
}  # fmt: skip


def loose(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


@cache
def _names() -> dict[str, str]:
    import pycountry

    names = {
        loose(value): country.alpha_2
        for country in pycountry.countries
        for key in ("official_name", "name", "common_name")
        if (value := getattr(country, key, None))
    }
    return names | {name: code for code, all_ in _OTHER_NAMES.items() for name in all_.split(";")}


class Gazetteer:
    """What the territory cells of one file mean; each distinct cell is looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}
        self._suggested: dict[str, str] = {}

    def code(self, cell: str) -> str | None:
        """Return the territory's code, or None where the cell names no territory."""
        if cell not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[cell] = public_atlas().code(cell) or _names().get(loose(cell))
        return self._known[cell]

    def suggestion(self, cell: str) -> str:
        """Return the nearest code, or nothing; a file with endless unknown names gets no more."""
        if cell not in self._suggested:
            if len(self._suggested) >= _SUGGESTIONS_LOOKED_UP or len(cell) > 60:
                return ""
            self._suggested[cell] = next(iter(public_atlas().suggestions(cell, 1)), "")
        return self._suggested[cell]
