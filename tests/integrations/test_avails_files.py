"""Avails of MovieLabs: workbooks and documents say the same; what is wrong has its place."""

import json
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import call_command

from integrations.avails.lines import WARNING, AvailsFile, Offer, Term
from integrations.avails.opening import open_avails
from integrations.files.contract import UnreadableFile

ROW = {
    "DisplayName": "Harbour Pictures", "Territory": "DE", "WorkType": "Movie",
    "EntryType": "Full Extract", "TitleInternalAlias": "Night Boat", "LicenseType": "EST",
    "LicenseRightsDescription": "Library", "FormatProfile": "HD", "Start": "2027-01-01",
    "End": "2027-06-30", "PriceType": "WSP", "PriceValue": "7.990", "PriceCurrency": "EUR",
    "ContentID": "md:cid:org:harbour.example:night-boat", "ALID": "NB-1", "Exclusive": "Yes",
    "AllowedLanguages": "de, fr", "SuppressionLiftDate": "", "SpecialPreOrderFulfillDate": "",
    "CaptionIncluded": "", "CaptionExemption": "", "RatingSystem": "FSK", "RatingValue": "12",
}  # fmt: skip
DOCUMENT = """<?xml version="1.0"?>
<a:AvailList xmlns:a="http://www.movielabs.com/schema/avails/v2.5/avails"
    xmlns:md="http://www.movielabs.com/schema/md/v2.8/md"><a:Avail>
  <a:ALID>NB-1</a:ALID><a:Disposition><a:EntryType>Full Extract</a:EntryType></a:Disposition>
  <a:Licensor><md:DisplayName>Harbour Pictures</md:DisplayName></a:Licensor>
  <a:AvailType>single</a:AvailType>
  <a:Asset contentID="md:cid:org:harbour.example:night-boat"><a:WorkType>Movie</a:WorkType>
    <a:Metadata><a:TitleInternalAlias>Night
      Boat</a:TitleInternalAlias></a:Metadata></a:Asset>
  <a:Transaction><a:LicenseType>EST</a:LicenseType>
    <a:Territory><md:country>DE</md:country></a:Territory>
    <a:Start>2027-01-01T00:00:00</a:Start><a:End>2027-07-01T00:00:00</a:End>
    <a:AllowedLanguage>de</a:AllowedLanguage><a:AllowedLanguage>fr</a:AllowedLanguage>
    <a:LicenseRightsDescription>Library</a:LicenseRightsDescription>
    <a:FormatProfile>HD</a:FormatProfile>
    <a:Term termName="WSP"><a:Money currency="EUR">7.99</a:Money></a:Term>
    <a:Term termName="Exclusive"><a:Boolean>true</a:Boolean></a:Term>
  </a:Transaction>
</a:Avail></a:AvailList>"""


def workbook(path: Path, *rows: dict[str, str], version: str = "1.9", headings=None) -> AvailsFile:
    """Write rows as the template has them; return what is read of them."""
    headings = headings or list(ROW)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Movies")
        sheet.write_row(0, 0, ["Avail"] * len(headings))
        sheet.write_row(1, 0, headings)
        sheet.write_row(2, 0, [version, *["//Opt"] * (len(headings) - 1)] if version else [])
        for at, row in enumerate(rows, 3):
            sheet.write_row(at, 0, list(row.values()))
    return open_avails(path)


def document(path: Path, text: str = DOCUMENT) -> AvailsFile:
    """Write a document; return what is read of it."""
    path.write_text(text, "utf-8")
    return open_avails(path)


def told(file: AvailsFile) -> list[tuple[str, str, str]]:
    """Return the findings without their words."""
    return [(one.rule, one.place, one.column) for one in file.findings]


def same(offer: Offer) -> dict:
    """Return an offer without its place, and without what only the XML form tells as a term."""
    terms = [term for term in offer.terms if term.name != "Exclusive"]
    return {name: getattr(offer, name) for name in Offer.__slots__ if name != "place"} | {
        "terms": terms
    }


def test_a_workbook_and_a_document_say_the_same(tmp_path):
    sheet = workbook(tmp_path / "a.xlsx", ROW)
    xml = document(tmp_path / "a.xml")
    assert (sheet.form, sheet.version, xml.form, xml.version) == ("xlsx", "1.9", "xml", "2.5")
    assert sheet.findings == xml.findings == []
    [one], [two] = sheet.offers, xml.offers
    assert (one.place, two.place) == ("row 4", "Avail 1, Transaction 1")
    assert same(one) == same(two)
    assert (one.start, one.end, one.exclusive) == ("2027-01-01", "2027-06-30", True)
    assert one.terms == [Term("WSP", "7.99", "EUR")]


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"Territory": ""}, "missing", "Territory"),
        ({"Territory": "JJ"}, "country", "Territory"),
        ({"ALID": ""}, "missing", "ALID"),
        ({"FormatProfile": "4K"}, "vocabulary", "FormatProfile"),
        ({"LicenseType": "Rent"}, "vocabulary", "LicenseType"),
        ({"LicenseRightsDescription": "Librry"}, "vocabulary", "LicenseRightsDescription"),
        ({"Start": "2027-13-01"}, "day", "Start"),
        ({"End": "2026-12-31"}, "window", "End"),
        ({"End": ""}, "missing", "End"),
        ({"End": "Someday"}, "vocabulary", "End"),
        ({"AllowedLanguages": "de, eng"}, "language", "AllowedLanguage"),
        ({"PriceType": "", "PriceValue": ""}, "price", "PriceType"),
        ({"PriceValue": ""}, "price", "PriceValue"),
        ({"LicenseType": "POEST"}, "suppression", "SuppressionLiftDate"),
        ({"SpecialPreOrderFulfillDate": "2027-01-05"}, "preorder", "PreOrderFulfillDate"),
        ({"RatingValue": "13"}, "rating", "RatingValue"),
        ({"WorkType": "Episode", "Territory": "US", "RatingSystem": "", "RatingValue": ""},
         "captions_unsaid", "CaptionIncluded"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_rule_row_and_column(tmp_path, change, rule, column):
    file = workbook(tmp_path / "a.xlsx", ROW, {**ROW, **change})
    assert told(file) == [(rule, "row 5", column)]


def test_headings_are_matched_loosely_and_what_that_came_to_is_said(tmp_path):
    headings = [{"ContentID": "Content ID", "Territory": "Teritory"}.get(n, n) for n in ROW]
    file = workbook(tmp_path / "a.xlsx", ROW, headings=[*headings, "Mood"])
    assert [(one.rule, one.column, one.severity) for one in file.findings] == [
        ("misspelt_heading", "Teritory", WARNING),
        ("unknown_heading", "Mood", WARNING),
    ]
    assert file.offers[0].countries == ["DE"]
    assert file.offers[0].content_id == ROW["ContentID"]


def test_comments_are_no_offers_and_a_workbook_without_a_version_is_the_first_form(tmp_path):
    comment = {**ROW, "DisplayName": "//old"}
    file = workbook(tmp_path / "a.xlsx", comment, {**ROW, "ALID": "//later"}, version="")
    assert (file.version, [one.place for one in file.offers]) == ("1.7", ["row 5"])
    assert told(file) == [("missing", "row 5", "ALID")]


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("<a:AvailType>single", "<a:AvailType>triple", "vocabulary", "Avail 1"),
        ("<a:AvailType>single", "<a:AvailType>collection", "assets_of_type", "Avail 1"),
        ("country>DE", "country>ZZZ", "country", "Avail 1, Transaction 1"),
        (">fr<", ">fr-xx<", "language", "Avail 1, Transaction 1"),
        ('"WSP"', '"WPS"', "vocabulary", "Avail 1, Transaction 1"),
        ("<a:ALID>NB-1</a:ALID>", "", "missing", "Avail 1, Transaction 1"),
        ("<a:AvailType>single", "<a:AvailType>supplement", "missing", "Avail 1, Transaction 1"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_with_its_element(tmp_path, old, new, rule, place):
    assert old in DOCUMENT
    file = document(tmp_path / "a.xml", DOCUMENT.replace(old, new))
    assert [(one.rule, one.place) for one in file.findings] == [(rule, place)]


@pytest.mark.parametrize(
    "text",
    [
        "<AvailList/>",
        "<a:AvailList",
        "title,price\nA,1\n",
        '<!DOCTYPE l [<!ENTITY a "aaaa">]>' + DOCUMENT.split("?>", 1)[1].replace("Boat", "&a;"),
    ],
)
def test_what_is_no_avails_is_refused(tmp_path, text):
    with pytest.raises(UnreadableFile):
        document(tmp_path / "a.xml", text)


def test_the_command_prints_offers_and_findings(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(DOCUMENT, "utf-8")
    out = StringIO()
    call_command("check_avails", str(path), stdout=out)
    assert "Night Boat, EST HD, DE, 2027-01-01 to 2027-06-30" in out.getvalue()
    assert "Nothing is wrong with it." in out.getvalue()
    out = StringIO()
    call_command("check_avails", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["offers"][0]["alid"] == "NB-1"


def test_the_trades_own_samples_behave(partner_samples):
    folder = partner_samples / "movielabs"
    assert open_avails(folder / "Avails_noErrors_v2.4.xml").findings == []
    wrong = {
        (one.rule, one.severity) for one in open_avails(folder / "Avails_withErrors.xml").findings
    }
    assert wrong == {
        ("rating", "error"), ("rating_reason", "error"), ("rating_place", "warning"),
        ("country", "error"), ("language", "error"), ("vocabulary", "error"),
    }  # fmt: skip
    sheet = open_avails(folder / "TPT-test_v1.9.xlsx")
    xml = open_avails(folder / "TPT-test_v1.9_v2.5.xml")
    assert [same(one) for one in sheet.offers] == [same(one) for one in xml.offers]
    assert sheet.findings == xml.findings == []
    assert len(open_avails(folder / "Movies_v1.9.xlsx").offers) == 26
    tv = open_avails(folder / "TV_v1.8.xlsx")
    assert told(tv) == [
        ("missing", "row 6", "ContentID"), ("missing", "row 7", "ContentID"),
        ("missing", "row 24", "ALID"), ("missing", "row 25", "ALID"),
    ]  # fmt: skip
