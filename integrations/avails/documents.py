"""Offers from an Avails document: XML 2.2 to 2.7 of MovieLabs."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from integrations.avails import rules, vocabulary
from integrations.avails.lines import AvailsFile, Offer, Term, plain_number
from integrations.files.contract import UnreadableFile

_NAMESPACE = re.compile(
    r"\{http://www\.movielabs\.com/schema/avails/v([0-9.]+)/avails\}AvailList\Z"
)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9:.]+)(?:Z|[+-][0-9:]+)?)?\Z")
METADATA = ("Metadata", "EpisodeMetadata", "SeasonMetadata", "SeriesMetadata", "VolumeMetadata")
ONE_ASSET = ("single", "episode", "season", "series", "miniseries", "volume")


def read(path: Path) -> AvailsFile:
    """Return the offers of a document. Raises UnreadableFile."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import parse

    root: Any
    try:
        root = parse(path).getroot()
    except DefusedXmlException:
        raise UnreadableFile("The document declares entities; none are read.") from None
    except ParseError as error:
        raise UnreadableFile(f"The document is no XML: {error}.") from None
    version = _NAMESPACE.match(root.tag)
    if version is None:
        raise UnreadableFile(
            f"The document is no AvailList of MovieLabs: its first element is {root.tag[:120]!r}."
        )
    file = AvailsFile("xml", version[1])
    for number, avail in enumerate(_all(root, "Avail"), 1):
        _avail(avail, f"Avail {number}", file)
    return file


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Any, name: str) -> Iterator[Any]:
    return (each for each in element if _name(each) == name)


def _find(element: Any, *path: str) -> Any:
    for name in path:
        element = next(_all(element, name), None)
        if element is None:
            return None
    return element


def _text(element: Any, *path: str) -> str:
    found = _find(element, *path)
    return "" if found is None else " ".join((found.text or "").split())


def _avail(avail: Any, place: str, file: AvailsFile) -> None:
    assets = list(_all(avail, "Asset"))
    kind = _text(avail, "AvailType")
    rules.one_of(file, place, "AvailType", kind, vocabulary.AVAIL_TYPES)
    if kind in ONE_ASSET and len(assets) != 1:
        file.found(
            "assets_of_type", place, "Asset",
            f"An Avail of the type {kind} has one asset; this one has {len(assets)}.",
        )  # fmt: skip
    bundled = len(assets) == 1 and _text(assets[0], "WorkType") == "Collection"
    if kind in ("collection", "bundle") and len(assets) < 2 and not bundled:
        file.found(
            "assets_of_type", place, "Asset",
            f"A {kind} has two assets or more, or one Collection; this one has {len(assets)}.",
        )  # fmt: skip
    if not assets:
        file.found("missing", place, "Asset", "An Avail names what it offers: an Asset.")
    for asset in assets:
        _ratings(asset, place, file)
    transactions = list(_all(avail, "Transaction"))
    if not transactions:
        file.found("missing", place, "Transaction", "An Avail has a Transaction at least.")
    for number, transaction in enumerate(transactions, 1):
        offer = _offer(avail, assets, transaction, f"{place}, Transaction {number}")
        if kind in ("supplement", "promotion") and not _text(transaction, "RefALID"):
            file.found(
                "missing", offer.place, "RefALID", f"A {kind} says which ALID it belongs to."
            )
        file.offers.append(offer)


def _offer(avail: Any, assets: list[Any], transaction: Any, place: str) -> Offer:
    asset = assets[0] if assets else avail
    about = next((each for each in asset if _name(each) in METADATA), asset)
    offer = Offer(
        place,
        alid=_text(avail, "ALID"),
        content_id=asset.get("contentID", ""),
        work_type=_text(asset, "WorkType"),
        entry_type=_text(avail, "Disposition", "EntryType"),
        licensor=_text(avail, "Licensor", "DisplayName"),
        licensee=_text(transaction, "Licensee", "DisplayName"),
        title=_titled(about, "") or _titled(about, "Season") or _titled(about, "Series"),
        series=_titled(about, "Series"),
        season=_inside(about, "SeasonNumber", "Number") or _inside(about, "SeasonNumber", ""),
        episode=_inside(about, "EpisodeNumber", "Number") or _inside(about, "EpisodeNumber", ""),
        license_type=_text(transaction, "LicenseType"),
        rights=_text(transaction, "LicenseRightsDescription"),
        format=_text(transaction, "FormatProfile"),
        countries=_places(transaction, "Territory"),
        excluded=_places(transaction, "TerritoryExcluded"),
        start=_first_day(_text(transaction, "Start")),
        start_on=_text(transaction, "StartCondition"),
        start_lag=_lag(transaction, "StartCondition"),
        end=_last_day(_text(transaction, "End")),
        end_on=_text(transaction, "EndCondition"),
        end_lag=_lag(transaction, "EndCondition"),
        allowed_languages=_texts(transaction, "AllowedLanguage"),
        asset_languages=_texts(transaction, "AssetLanguage"),
        holdback_languages=_texts(transaction, "HoldbackLanguage"),
        contract=_text(transaction, "ContractID"),
        terms=sorted(_terms(transaction), key=lambda term: (term.name, term.value)),
    )
    told = next((term.value for term in offer.terms if term.name == "Exclusive"), "")
    offer.exclusive = None if not told else told.lower() in ("true", "1", "yes")
    return offer


def _titled(about: Any, of: str) -> str:
    """Return a title: the internal one, else the one shown; of the whole, a Season or a Series."""
    alias, shown = f"{of}TitleInternalAlias", f"{of}TitleDisplayUnlimited"
    if not of:
        return _text(about, alias) or _text(about, shown)
    return _inside(about, alias, "") or _inside(about, shown, "")


def _inside(element: Any, name: str, inner: str) -> str:
    """Return the text of the first ``name`` anywhere below, or of its ``inner``."""
    for each in element.iter():
        if _name(each) == name:
            return _text(each, inner) if inner else _text(each)
    return ""


def _lag(transaction: Any, name: str) -> str:
    found = _find(transaction, name)
    return "" if found is None else found.get("lag", "")


def _texts(transaction: Any, name: str) -> list[str]:
    return [text for each in _all(transaction, name) if (text := (each.text or "").strip())]


def _places(transaction: Any, name: str) -> list[str]:
    return [
        text
        for each in _all(transaction, name)
        for inner in each
        if _name(inner) in ("country", "countryRegion") and (text := (inner.text or "").strip())
    ]


def _first_day(text: str) -> str:
    found = _DAY.match(text)
    return found[1] if found else text


def _last_day(text: str) -> str:
    """Return the last day included: a moment at midnight ends with the day before."""
    found = _DAY.match(text)
    if found is None:
        return text
    midnight = found[2] is not None and not found[2].strip("0:.")
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return text
    return (day - timedelta(days=1) if midnight else day).isoformat()


def _terms(transaction: Any) -> Iterator[Term]:
    for each in _all(transaction, "Term"):
        inner = next(iter(each), None)
        value = "" if inner is None else (inner.text or "").strip()
        currency = "" if inner is None else inner.get("currency", "")
        name = each.get("termName", "").replace("PreorderFulfillDate", "PreOrderFulfillDate")
        if inner is not None and _name(inner) == "Event" and (day := _DAY.match(value)):
            value = day[1]
        yield Term(name, plain_number(value), currency)


def _ratings(asset: Any, place: str, file: AvailsFile) -> None:
    for each in asset.iter():
        if _name(each) == "Rating":
            countries = [
                (one.text or "").strip()
                for region in _all(each, "Region")
                for one in _all(region, "country")
            ]
            reasons = _texts(each, "Reason")
            rules.rating(
                file, place, _text(each, "System"), _text(each, "Value"), reasons, countries
            )
