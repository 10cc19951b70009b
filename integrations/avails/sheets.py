"""Offers from an Avails workbook: Excel 1.7, 1.8 and 1.9, headings matched loosely."""

import datetime
import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from integrations.avails import rules
from integrations.avails.lines import WARNING, AvailsFile, Offer, Term, plain_number
from integrations.files.contract import UnreadableFile
from integrations.files.workbooks import Workbook

# Our field: the headings that fill it, the first that is filled wins.
FIELDS = {
    "licensor": ("DisplayName",),
    "licensee": ("Licensee",),
    "asset_languages": ("AssetLanguage", "StoreLanguage"),
    "countries": ("Territory",),
    "excluded": ("TerritoryExclusion",),
    "work_type": ("WorkType",),
    "entry_type": ("EntryType",),
    "series": ("SeriesTitleInternalAlias",),
    "season": ("SeasonNumber",),
    "episode": ("EpisodeNumber",),
    "license_type": ("LicenseType",),
    "rights": ("LicenseRightsDescription",),
    "format": ("FormatProfile",),
    "start": ("Start",),
    "start_lag": ("StartLag",),
    "end": ("End",),
    "end_lag": ("EndLag",),
    "alid": ("ALID",),
    "contract": ("ContractID",),
    "exclusive": ("Exclusive",),
    "allowed_languages": ("AllowedLanguages",),
    "holdback_languages": ("HoldbackLanguage", "HoldbackExclusionLanguage"),
}
TITLES = {
    "Episode": ("EpisodeTitleInternalAlias", "TitleInternalAlias"),
    "Season": ("SeasonTitleInternalAlias", "SeriesTitleInternalAlias", "TitleInternalAlias"),
    "Series": ("SeriesTitleInternalAlias", "TitleInternalAlias"),
    "Volume": ("VolumeTitleInternalAlias", "SeriesTitleInternalAlias"),
}
CONTENT = {
    "Episode": ("EpisodeContentID", "ContentID"),
    "Season": ("SeasonContentID", "ContentID"),
    "Series": ("SeriesContentID", "ContentID"),
    "Volume": ("VolumeContentID", "ContentID"),
}
TERMS = {
    "SRP": "SRP",
    "SuppressionLiftDate": "SuppressionLiftDate",
    "AnnounceDate": "AnnounceDate",
    "SpecialPreOrderFulfillDate": "PreOrderFulfillDate",
    "RentalDuration": "RentalDuration",
    "WatchDuration": "WatchDuration",
    "FixedEndDate": "FixedEndDate",
    "TPRType": "TPRType",
    "CampaignID": "CampaignID",
    "TitleStatus": "TitleStatus",
}
OTHERS = (
    "StoreType", "TitleDisplayUnlimited", "LocalizationType", "CompanyDisplayCredit",
    "GroupIdentity", "Director", "HDR", "WCG", "HFR", "NGAudio", "WindowDuration", "PriceType",
    "PriceValue", "PriceCurrency", "Description", "Download", "OtherTerms", "OtherInstructions",
    "TitleID", "EditID", "AltID", "AvailID", "UV_ID", "DMA_ID", "ReportingID", "Metadata",
    "ReleaseYear", "ReleaseHistoryOriginal", "ReleaseHistoryPhysicalHV", "ExceptionFlag",
    "RatingSystem", "RatingValue", "RatingReason", "CaptionIncluded", "CaptionExemption", "Any",
    "ExclusiveAttributes", "BrandingRights", "BrandingRightsAttributes", "ServiceProvider",
    "TotalRunTime", "RequiredFulfillmentLanguages", "BundleALIDs", "RetailerID1", "RetailerID2",
    "RetailerID3", "RetailerSpare1", "RetailerSpare2", "RetailerSpare3", "PackageLabel",
    "SeriesTitleDisplayUnlimited", "VolumeTitleInternalAlias", "VolumeTitleDisplayUnlimited",
    "VolumeNumber", "DistributionNumber", "VolumeDistributionNumber", "EpisodeTitleInternalAlias",
    "EpisodeTitleDisplayUnlimited", "SeasonTitleInternalAlias", "SeasonTitleDisplayUnlimited",
    "EpisodeCount", "SeasonCount", "SeriesID", "SeasonID", "VolumeID", "EpisodeTitleID",
    "EpisodeID", "SeriesAltID", "SeasonAltID", "VolumeAltID", "EpisodeAltID", "SeriesContentID",
    "SeasonContentID", "VolumeContentID", "EpisodeContentID", "ContentID", "TitleInternalAlias",
    "BundledALIDs", "RetailerEpisodeID1", "RetailerEpisodeID2", "RetailerVolumeID",
    "RetailerSeasonID", "RetailerSeriesID", "EncodeID", "PriceTier",
)  # fmt: skip
LISTS = frozenset(
    {"countries", "excluded", "asset_languages", "allowed_languages", "holdback_languages"}
)
DAYS = frozenset(
    {"SuppressionLiftDate", "AnnounceDate", "SpecialPreOrderFulfillDate", "FixedEndDate"}
)
LOOKED_AT, AT_LEAST = 10, 8
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?\Z")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?\Z")
_EPOCH = datetime.date(1899, 12, 30)


def _loose(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


_HEADINGS = {_loose(name): name for names in (*FIELDS.values(), TERMS, OTHERS) for name in names}


def read(path: Path) -> AvailsFile:
    """Return the offers of a workbook, sheet by sheet. Raises UnreadableFile."""
    book = Workbook(path)
    file = AvailsFile("xlsx", "")
    read_any = False
    for sheet in book.sheets():
        book.choose(sheet)
        rows = book.rows()
        header = _header(rows, file, sheet)
        if header is None:
            continue
        read_any = True
        prefix = f"{sheet}, " if len(book.sheets()) > 1 else ""
        _offers(rows, header, file, prefix)
    if not read_any:
        raise UnreadableFile(
            "No sheet has the headings of Avails. A row of it must name Territory, WorkType, "
            "LicenseType, Start and End."
        )
    return file


def _header(
    rows: Iterator[tuple[int, list[str]]], file: AvailsFile, sheet: str
) -> dict[str, int] | None:
    """Return the column of each heading; what is misspelt is read and said."""
    for number, cells in rows:
        if number > LOOKED_AT:
            return None
        known = sum(1 for cell in cells if _loose(cell) in _HEADINGS)
        if known < AT_LEAST:
            continue
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if not cell.strip():
                continue
            name = _HEADINGS.get(_loose(cell)) or _nearest(cell)
            if name is None or name in found:
                file.found(
                    "unknown_heading", f"row {number}", cell[:80],
                    f"No column of Avails is called {cell[:80]!r}; it isn't read.", WARNING,
                )  # fmt: skip
                continue
            if _loose(cell) not in _HEADINGS:
                file.found(
                    "misspelt_heading", f"row {number}", cell[:80],
                    f"{cell[:80]!r} is read as {name}.", WARNING,
                )  # fmt: skip
            found[name] = at
        return found
    return None


def _nearest(cell: str) -> str | None:
    close = difflib.get_close_matches(_loose(cell), _HEADINGS, n=1, cutoff=0.88)
    return _HEADINGS[close[0]] if close else None


def _offers(
    rows: Iterator[tuple[int, list[str]]], header: Mapping[str, int], file: AvailsFile, prefix: str
) -> None:
    first = True
    for number, cells in rows:
        said = [cell.strip() for cell in cells]
        if first:
            first = False
            if _is_notes(said):
                file.version = file.version or said[0]
                continue
            file.version = file.version or "1.7"
        if not any(said) or said[0].startswith("//"):
            continue
        row = {name: _plain(said[at]) if at < len(said) else "" for name, at in header.items()}
        if any(row.values()):
            file.offers.append(_offer(row, f"{prefix}row {number}", file))


def _is_notes(cells: list[str]) -> bool:
    """Return whether a row holds the version and the notes below the headings (from 1.8 on)."""
    return bool(re.match(r"1\.[0-9]+\Z", cells[0])) and all(
        not cell or "/" in cell or cell.upper().startswith(("REQ", "OPT")) for cell in cells[1:]
    )


def _plain(cell: str) -> str:
    return "" if cell.startswith("//") else cell


def _offer(row: Mapping[str, str], place: str, file: AvailsFile) -> Offer:
    offer = Offer(place)
    for name, headings in FIELDS.items():
        text = next((row[each] for each in headings if row.get(each)), "")
        if name in LISTS:
            setattr(offer, name, [part for part in re.split(r"[,;\s]+", text) if part])
        elif name == "exclusive":
            offer.exclusive = _yes(text)
        elif name not in ("start", "end"):
            setattr(offer, name, text)
    offer.title = _first(row, TITLES.get(offer.work_type, ("TitleInternalAlias",)))
    offer.content_id = _first(row, CONTENT.get(offer.work_type, ("ContentID",)))
    offer.start, offer.start_on = _when(row.get("Start", ""))
    offer.end, offer.end_on = _when(row.get("End", ""))
    if price := row.get("PriceType", ""):
        value = plain_number(row.get("PriceValue", ""))
        offer.terms.append(Term(price, value, row.get("PriceCurrency", "")))
    for heading, name in TERMS.items():
        if text := row.get(heading, ""):
            value = _when(text)[0] or text if heading in DAYS else plain_number(text)
            offer.terms.append(
                Term(name, value, row.get("PriceCurrency", "") if name == "SRP" else "")
            )
    offer.terms.sort(key=lambda term: (term.name, term.value))
    _captions(row, offer, file)
    _rating(row, offer, file)
    return offer


def _first(row: Mapping[str, str], headings: tuple[str, ...]) -> str:
    return next((row[each] for each in headings if row.get(each)), "")


def _when(text: str) -> tuple[str, str]:
    """Return a cell as a day, or as the event it names."""
    if found := _DAY.match(text):
        return "-".join(found.groups()), ""
    if _SERIAL.match(text):
        return (_EPOCH + datetime.timedelta(days=int(float(text)))).isoformat(), ""
    return "", text


def _yes(text: str) -> bool | None:
    if not text:
        return None
    return text.lower() in ("1", "true", "yes", "y", "exclusive")


def _captions(row: Mapping[str, str], offer: Offer, file: AvailsFile) -> None:
    """Episodes in the United States carry captions, or say why not (47 CFR 79.4)."""
    included, exempt = row.get("CaptionIncluded", "").lower(), row.get("CaptionExemption", "")
    if "US" in offer.countries and offer.work_type == "Episode" and not included:
        file.found(
            "captions_unsaid", offer.place, "CaptionIncluded",
            "An episode in the United States says whether captions are included: Yes or No.",
        )  # fmt: skip
    if (
        included in ("no", "n", "false")
        and "US" in offer.countries
        and exempt not in tuple("123456")
    ):
        file.found(
            "caption_exemption", offer.place, "CaptionExemption",
            f"Without captions the exemption is 1 to 6, not {exempt[:40]!r}.",
        )  # fmt: skip


def _rating(row: Mapping[str, str], offer: Offer, file: AvailsFile) -> None:
    system, value = row.get("RatingSystem", ""), row.get("RatingValue", "")
    if system or value:
        reasons = [one for one in re.split(r"[,;\s]+", row.get("RatingReason", "")) if one]
        rules.rating(file, offer.place, system, value, reasons, offer.countries)
