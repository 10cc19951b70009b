"""What holds of every offer: what must be said, the vocabulary, days, places and languages."""

import difflib
from collections.abc import Sequence
from datetime import date

from integrations.avails import vocabulary as words
from integrations.avails.lines import WARNING, AvailsFile, Offer

REQUIRED = {
    "countries": "Territory",
    "work_type": "WorkType",
    "entry_type": "EntryType",
    "title": "TitleInternalAlias",
    "license_type": "LicenseType",
    "content_id": "ContentID",
    "alid": "ALID",
}


def check(file: AvailsFile) -> None:
    """Note what is wrong with each offer of a file that was read."""
    for offer in file.offers:
        _said(file, offer)
        _words(file, offer)
        _window(file, offer)
        _countries(file, offer)
        _languages(file, offer)
        _terms(file, offer)


def one_of(file: AvailsFile, place: str, column: str, text: str, known: Sequence[str]) -> None:
    """Note a word that isn't one of those known; the nearest is offered."""
    if not text or text in known:
        return
    same = next((word for word in known if word.lower() == text.lower()), "")
    if same:
        file.found("spelling", place, column, f"{text[:60]!r} is written {same}.", WARNING)
        return
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    meant = f" {close[0]} may be meant." if close else ""
    listed = ", ".join(known[:12])
    file.found("vocabulary", place, column, f"{text[:60]!r} is none of: {listed}.{meant}")


def rating(
    file: AvailsFile,
    place: str,
    system: str,
    value: str,
    reasons: Sequence[str],
    countries: Sequence[str],
) -> None:
    """Note a rating that its system doesn't have, or that its countries don't use."""
    known = words.RATINGS.get(system)
    if not system or not value:
        file.found("rating", place, "RatingSystem", "A rating has a system and a value.")
        return
    if known is None:
        return  # there are more systems than this list has
    where, values, codes = known
    if value.upper() not in values:
        file.found(
            "rating", place, "RatingValue",
            f"{value[:40]!r} is no rating of {system}: {', '.join(sorted(values))}.",
        )  # fmt: skip
    for reason in reasons:
        if codes and reason not in codes:
            file.found(
                "rating_reason", place, "RatingReason",
                f"{reason[:40]!r} is no reason of {system}: {', '.join(sorted(codes))}.",
            )  # fmt: skip
    for country in countries:
        if country not in where and words.is_country(country):
            file.found(
                "rating_place", place, "RatingSystem",
                f"{system} isn't used in {country[:20]}.", WARNING,
            )  # fmt: skip


def _said(file: AvailsFile, offer: Offer) -> None:
    for name, column in REQUIRED.items():
        if not getattr(offer, name):
            file.found("missing", offer.place, column, f"{column} must be filled in.")
    if file.form == "xlsx" and not offer.format:
        file.found("missing", offer.place, "FormatProfile", "FormatProfile must be filled in.")
    if not offer.start and not offer.start_on:
        file.found("missing", offer.place, "Start", "Say when it begins: a day or an event.")
    if not offer.end and not offer.end_on:
        file.found("missing", offer.place, "End", "Say when it ends: a day, an event, or Open.")


def _words(file: AvailsFile, offer: Offer) -> None:
    place = offer.place
    one_of(file, place, "WorkType", offer.work_type, words.WORK_TYPES)
    one_of(file, place, "EntryType", offer.entry_type, words.ENTRY_TYPES)
    one_of(file, place, "LicenseType", offer.license_type, words.LICENSE_TYPES)
    one_of(file, place, "FormatProfile", offer.format, words.FORMATS)
    one_of(file, place, "Start", offer.start_on, words.CONDITIONS)
    one_of(file, place, "End", offer.end_on, words.CONDITIONS)
    if offer.rights and offer.rights not in words.RIGHTS:  # free text in practice
        close = difflib.get_close_matches(offer.rights, words.RIGHTS, n=1, cutoff=0.75)
        if close:
            file.found(
                "vocabulary", place, "LicenseRightsDescription",
                f"{offer.rights[:60]!r} is no description known; {close[0]} may be meant.",
            )  # fmt: skip


def _window(file: AvailsFile, offer: Offer) -> None:
    days = {}
    for column, text in (("Start", offer.start), ("End", offer.end)):
        try:
            days[column] = date.fromisoformat(text) if text else None
        except ValueError:
            file.found("day", offer.place, column, f"{text[:40]!r} is no day such as 2027-01-31.")
            return
    if days["Start"] and days["End"] and days["End"] < days["Start"]:
        file.found(
            "window", offer.place, "End",
            f"It ends on {days['End']}, before it begins on {days['Start']}.",
        )  # fmt: skip


def _countries(file: AvailsFile, offer: Offer) -> None:
    for column, codes in (("Territory", offer.countries), ("TerritoryExclusion", offer.excluded)):
        for code in codes:
            if not words.is_country(code):
                file.found(
                    "country", offer.place, column, f"{code[:20]!r} is no country (ISO 3166)."
                )


def _languages(file: AvailsFile, offer: Offer) -> None:
    for column, tags in (
        ("AllowedLanguage", offer.allowed_languages),
        ("AssetLanguage", offer.asset_languages),
        ("HoldbackLanguage", offer.holdback_languages),
    ):
        for tag in tags:
            if not words.is_language(tag):
                file.found(
                    "language", offer.place, column, f"{tag[:20]!r} is no language (RFC 5646)."
                )


def _terms(file: AvailsFile, offer: Offer) -> None:
    named = [term.name for term in offer.terms]
    for term in offer.terms:
        if term.name not in words.TERMS:
            one_of(file, offer.place, "Term", term.name, sorted(words.TERMS))
        elif term.name in words.PRICES and not term.value:
            file.found("price", offer.place, "PriceValue", f"The price {term.name} has no value.")
    priced = any(name in words.PRICES or name in ("NA", "Included") for name in named)
    if file.form == "xlsx" and offer.license_type != "SVOD" and not priced:
        file.found(
            "price",
            offer.place,
            "PriceType",
            "PriceType and PriceValue must be filled in unless the licence type is SVOD.",
        )
    if offer.license_type == "POEST" and named.count("SuppressionLiftDate") != 1:
        file.found(
            "suppression",
            offer.place,
            "SuppressionLiftDate",
            "A pre-order has one SuppressionLiftDate: the day from which it may be shown.",
        )
    if offer.license_type != "POEST" and "PreOrderFulfillDate" in named:
        file.found(
            "preorder",
            offer.place,
            "PreOrderFulfillDate",
            "Only a pre-order (POEST) has a day on which it is fulfilled.",
        )
