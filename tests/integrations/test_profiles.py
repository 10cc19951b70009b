"""Import profiles: their shape, and each shipped layout found and read by itself."""

import copy
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from integrations.files.contract import InvalidProfile, ProfileUnknown
from integrations.profiles import load_profile, problems, shipped
from tests.integrations.conftest import SAMPLES, Read, lines

LAYOUTS = {
    "distrokid.tsv": ("distrokid", 3, {"USD": "4.9543456789"}),
    "tunecore.csv": ("tunecore", 2, {"USD": "6.387"}),
    "orchard.csv": ("orchard", 2, {"USD": "9.69"}),
    "orchard-europe.csv": ("orchard-europe", 2, {"EUR": "1722.50"}),
    "youtube-cms.csv": ("youtube-cms", 2, {"USD": "0.971235"}),
    "bandcamp.csv": ("bandcamp", 2, {"EUR": "43.30", "USD": "0.79"}),
    "soundcloud.csv": ("soundcloud", 2, {"USD": "4.641592"}),
    "apple-books.tsv": ("apple-books", 2, {"EUR": "76.89"}),
    "mediatrack.csv": ("mediatrack", 2, {"GBP": "55.50", "USD": "4.00"}),
}


@pytest.mark.parametrize("file", LAYOUTS)
def test_a_shipped_layout_is_found_and_read(file: str, read: Read) -> None:
    profile, rows, money = LAYOUTS[file]
    reading = read(SAMPLES / file)
    assert reading.detection.profile == profile
    assert reading.validation.accepted == reading.validation.rows_read == rows
    assert {t.currency: t.accepted for t in reading.validation.totals} == money
    assert reading.detection.candidates[0].reasons


def test_a_line_holds_what_the_row_said(read: Read) -> None:
    first, second, third = lines(read(SAMPLES / "distrokid.tsv"))
    assert first["_row"] == 2
    assert (first["isrc"], first["upc"]) == ("QZABC2600001", "012345678905")
    assert (first["artist"], first["territory"], first["source"]) == ("Már Óla", "IS", "Spotify")
    assert (first["sold_on"].isoformat(), first["usage_end"].isoformat()) == (
        "2026-01-01",
        "2026-01-31",
    )
    assert (first["units"], first["amount"]) == (1204, 48123456789)
    assert (third["units"], third["amount"]) == (-2, -80000000)
    assert second["territory"] == "FR"


def test_numbers_are_integers_at_the_files_scale(read: Read) -> None:
    reading = read(SAMPLES / "distrokid.tsv")
    assert reading.validation.scales == {"units": 0, "amount": 10, "list_price": 0}
    field = pq.read_schema(reading.lines).field("amount")
    assert (str(field.type), field.metadata) == ("int64", {b"scale": b"10"})


def test_numbers_beyond_64_bits_stay_exact(read: Read) -> None:
    text = "amount,currency\n123456789012345.123456789012345,USD\n-1,USD\n"
    first, second = lines(read(text, profile="mediatrack"))
    assert str(first["amount"]) == "123456789012345.123456789012345"
    assert second["amount"] == -1


def test_decimal_commas_thousands_and_the_twin_profile(read: Read) -> None:
    _, second = lines(read(SAMPLES / "orchard-europe.csv"))
    assert (second["units"], second["amount"], second["channel"]) == (1200, 17140000, "download")


def test_rows_above_the_header_and_columns_not_needed_are_told(read: Read) -> None:
    reading = read(SAMPLES / "youtube-cms.csv")
    assert reading.detection.header_row == 2
    assert "Administer Publish Rights" in reading.mapping.dropped
    assert reading.mapping.fields["amount"] == "Partner Revenue"
    assert [line["right_type"] for line in lines(reading)] == ["master", "performance_online"]


def test_rows_of_a_skip_rule_and_totals_are_listed(read: Read) -> None:
    skipped = read(SAMPLES / "bandcamp.csv").validation.skipped
    assert [(s.row, s.rule) for s in skipped] == [(3, "Payout to the bank")]
    reading = read(SAMPLES / "apple-books.tsv")
    assert [s.row for s in reading.validation.skipped] == [4, 5]
    (total,) = reading.validation.totals
    assert (total.reported, total.accepted) == ("76.89", "76.89")


def test_a_currency_missing_from_the_layout_is_asked_for(read: Read) -> None:
    held = read(SAMPLES / "sd.csv").validation
    assert (held.accepted, held.quarantined) == (0, 2)
    assert {error.code for error in held.errors} == {"currency_missing"}
    told = read(SAMPLES / "sd.csv", currency="NOK").validation
    assert (told.accepted, told.totals[0].accepted) == (2, "40.50")


def kdp(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Summary").write(0, 0, "Nothing here")
        sheet = book.add_worksheet("Total Earnings")
        sheet.write_row(0, 0, ["Sales Period", "January 2026"])
        sheet.write_row(
            2,
            0,
            [
                "Title", "Author", "ASIN/ISBN", "Marketplace", "Units Sold", "Units Refunded",
                "Net Units Sold or KENP Read", "Royalty Type", "Payout Plan", "Currency",
                "Avg. List Price without tax", "Avg. Offer Price without tax",
                "Avg. File Size (MB)", "Avg. Delivery/Manufacturing cost", "Earnings",
            ],
        )  # fmt: skip
        row = ["The Long Field", "E. Writer", "B000000011", "Amazon.co.uk", 5, 1, 4, "70%", "Std"]
        sheet.write_row(3, 0, [*row, "GBP", 4.99, 4.99, 1.2, 0.06, 0.1 + 0.2])
    return path


def test_a_workbook_with_a_preamble_is_read_from_the_right_sheet(
    read: Read, tmp_path: Path
) -> None:
    reading = read(kdp(tmp_path / "kdp.xlsx"))
    assert (reading.detection.kind, reading.detection.profile) == ("xlsx", "kdp")
    assert (reading.detection.sheet, reading.detection.header_row) == ("Total Earnings", 3)
    (line,) = lines(reading)
    assert (line["_row"], line["territory"], line["units"]) == (4, "GB", 4)
    assert (line["amount"], reading.validation.scales["amount"]) == (3, 1)
    assert line["sold_on"].isoformat() == "2026-01-01"


def test_a_workbooks_numbers_keep_their_point_under_a_comma_profile(
    read: Read, tmp_path: Path
) -> None:
    path = tmp_path / "europe.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, ["title", "amount", "currency"])
        sheet.write_row(1, 0, ["A", 1.234, "EUR"])
        sheet.write_row(2, 0, ["B", "1,5", "EUR"])
    document = own("europe", decimal="comma")
    assert read(path, profile=document).validation.totals[0].accepted == "2.734"


def own(name: str, **more: Any) -> dict[str, Any]:
    return {
        "format": "mediatrack.import/1", "name": name, "version": 1, "title": name,
        "columns": {
            "title": {"header": ["title"]}, "amount": {"header": ["amount"], "required": True},
            "currency": {"header": ["currency"]},
        },
        **more,
    }  # fmt: skip


def test_an_own_profile_builds_columns_and_maps_values(read: Read) -> None:
    document = own("mine", values={"right_type": {"Radio": "performance_broadcast", "*": "any"}})
    document["columns"] |= {
        "title": {"concat": [["song"], ["version"]], "separator": " / "},
        "right_type": {"header": ["use"]},
        "source": {"constant": "Society of Fjords"},
        "territory": {"header": ["land"], "default": "NO"},
    }
    text = (
        "Song;Version;Use;Land;Amount;Currency\nTide;Live;radio;;1,50;NOK\nTide;;bar;SE;2,50;NOK\n"
    )
    reading = read(text, profile=document)
    first, second = lines(reading)
    assert (first["title"], first["right_type"], first["territory"]) == (
        "Tide / Live",
        "performance_broadcast",
        "NO",
    )
    assert (second["title"], second["right_type"], second["territory"]) == ("Tide", "any", "SE")
    assert (first["source"], reading.detection.decimal) == ("Society of Fjords", "comma")


def test_an_own_profile_is_detected_beside_the_shipped_ones(read: Read) -> None:
    document = own("mine")
    document["columns"]["amount"]["header"] = ["Geld"]
    text = "Title,Geld,Currency\nA,1.00,EUR\n"
    assert read(text, own_profiles=[document]).detection.profile == "mine"
    with pytest.raises(ProfileUnknown) as refused:
        read(text)
    assert refused.value.extra["detection"]["raw"][0] == ["1", "Title", "Geld", "Currency"]


def test_no_such_profile_names_those_there_are(read: Read) -> None:
    with pytest.raises(ProfileUnknown, match="distrokid"):
        read("amount\n1\n", profile="nosuch")


@pytest.mark.parametrize("name", shipped())
def test_shipped_profiles_hold_to_the_published_shape(name: str) -> None:
    assert problems(shipped()[name].document) == []
    assert shipped()[name].name == name


def test_eight_real_layouts_are_shipped() -> None:
    real = set(shipped()) - {"mediatrack", "publisher", "orchard-europe"}
    assert len(real) >= 8


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "mediatrack.import/2"}, "format"),
        ({"name": "Not A Name"}, "name"),
        ({"columns": {"title": {"header": ["t"]}}}, "columns"),
        ({"columns": {"amount": {"constant": "1"}}}, "columns.amount"),
        ({"columns": {"amount": {"header": ["---"]}}}, "columns.amount.header"),
        ({"day_order": "YDM"}, "day_order"),
        ({"nonsense": 1}, "(document)"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_path(change: dict[str, Any], path: str) -> None:
    document = copy.deepcopy(own("mine")) | change
    with pytest.raises(InvalidProfile) as refused:
        load_profile(document)
    assert refused.value.extra["path"] == path


def test_an_unknown_constant_currency_is_refused() -> None:
    document = own("mine")
    document["columns"]["currency"] = {"constant": "EURO"}
    assert [p["path"] for p in problems(document)] == ["columns.currency.constant"]
