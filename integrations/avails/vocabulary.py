"""The words of MovieLabs Avails (Avails 2.7, Excel 1.9), ratings and languages.

Sources: MovieLabs "Avails" TR-META-AVAIL 2.7 and its Excel 1.9 template; the rating bodies' own
published categories; ISO 639 and ISO 3166.
"""

from functools import cache

WORK_TYPES = (
    "Movie", "Short", "Episode", "Season", "Series", "Miniseries", "Volume", "Collection",
    "Supplement", "Promotion", "Bonus", "Bundle",
)  # fmt: skip
AVAIL_TYPES = (
    "single", "episode", "season", "series", "miniseries", "collection", "bundle", "supplement",
    "promotion", "volume",
)  # fmt: skip
ENTRY_TYPES = ("Full Delete", "Full Extract", "Create", "Update", "Delete")
LICENSE_TYPES = ("EST", "VOD", "SVOD", "POEST", "Pre-Release", "Library")
RIGHTS = (
    "Library", "Pre-Release", "New Release", "Early EST", "Early VOD", "Preorder EST",
    "Next Day TV", "DTV", "POD", "Catalog", "Season Only", "Day & Date", "Current",
)  # fmt: skip
FORMATS = ("UHD", "HD", "SD", "3D", "3DUHD", "3DHD", "3DSD")
CONDITIONS = ("Open", "Immediate", "ESTStart", "EST", "Broadcast", "Completed", "Theatrical", "TBD")
_PRICES = (
    "Tier",
    "SRP",
    "WSP",
    "DMRP",
    "SMRP",
    "LicenseFee",
    "Category",
    "EpisodeWSP",
    "SeasonWSP",
)
TERMS = frozenset(
    [
        *_PRICES,
        *(f"TPR-{name}" for name in _PRICES),
        *(f"{name}-PostTax" for name in _PRICES),
        *(f"TPR-{name}-PostTax" for name in _PRICES),
        "NA", "Included", "AnnounceDate", "PreorderFulfillDate", "PreOrderFulfillDate",
        "SuppressionLiftDate", "RentalDuration", "WatchDuration", "FixedEndDate",
        "LocalizationOffering", "ContractStatus", "Download", "Exclusive", "ExclusiveAttributes",
        "BrandingRights", "BrandingRightsAttributes", "TitleStatus", "TPRType", "CampaignID",
    ]
)  # fmt: skip
PRICES = frozenset(name for name in TERMS if any(price in name for price in _PRICES))

# System: the countries that use it, its values, and its reason codes (empty: free text).
RATINGS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "MPAA": (
        frozenset({"US", "AS", "GU", "MP", "PR", "VI"}),
        frozenset({"G", "PG", "PG-13", "R", "NC-17", "NR", "UR", "UNRATED"}),
        frozenset(),
    ),
    "TVPG": (
        frozenset({"US"}),
        frozenset({"TV-Y", "TV-Y7", "TV-Y7-FV", "TV-G", "TV-PG", "TV-14", "TV-MA", "NR"}),
        frozenset({"D", "L", "S", "V", "FV"}),
    ),
    "CHVRS": (frozenset({"CA"}), frozenset({"G", "PG", "14A", "18A", "R", "E"}), frozenset()),
    "BBFC": (
        frozenset({"GB", "IM", "JE", "GG"}),
        frozenset({"U", "PG", "12", "12A", "15", "18", "R18"}),
        frozenset(),
    ),
    "FSK": (frozenset({"DE"}), frozenset({"0", "6", "12", "16", "18"}), frozenset()),
    "FPB": (
        frozenset({"ZA"}),
        frozenset(
            {
                "A",
                "PG",
                "7-9PG",
                "7-9-PG",
                "10-12PG",
                "10-12-PG",
                "10",
                "13",
                "16",
                "18",
                "X18",
                "XX",
            }
        ),
        frozenset({"B", "D", "H", "L", "N", "P", "S", "SV", "V", "IAT", "CI"}),
    ),
}


@cache
def is_language(tag: str) -> bool:
    """Return whether a tag such as de, cmn, es-419 or zh-Hant names a language (RFC 5646).

    The language is written by its shortest code; case says nothing.
    """
    import pycountry

    first, *rest = tag.split("-")
    if len(first) == 2:
        known = pycountry.languages.get(alpha_2=first.lower()) is not None
    else:
        found = pycountry.languages.get(alpha_3=first.lower()) if len(first) == 3 else None
        known = found is not None and not hasattr(found, "alpha_2")
    return known and all(_is_subtag(part) for part in rest)


def _is_subtag(part: str) -> bool:
    import pycountry

    if len(part) == 2 and part.isalpha():
        return pycountry.countries.get(alpha_2=part.upper()) is not None
    if len(part) == 3 and part.isdigit():
        return True  # a region of the United Nations: 419 is Latin America
    if len(part) == 4 and part.isalpha():
        return pycountry.scripts.get(alpha_4=part.title()) is not None
    return 5 <= len(part) <= 8 and part.isalnum() or part[:1].isdigit() and len(part) == 4


@cache
def is_country(code: str) -> bool:
    """Return whether a code is a country's, or a country's part (US, US-CA)."""
    import pycountry

    if "-" in code:
        return pycountry.subdivisions.get(code=code) is not None
    return pycountry.countries.get(alpha_2=code) is not None
