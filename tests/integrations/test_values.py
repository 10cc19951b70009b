"""Numbers, days, places and identifiers as files write them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.files.days import span
from integrations.files.identifiers import identifier
from integrations.files.numerals import (
    guessed_style,
    plain_number,
    spreadsheet_number,
    whole_at_scale,
    written,
)  # fmt: skip
from integrations.files.places import Gazetteer


@pytest.mark.parametrize(
    ("cell", "style", "plain"),
    [
        ("1,234.50", "point", "1234.50"), ("1.234,50", "comma", "1234.50"),
        ("1 234,50", "comma", "1234.50"), ("(12.00)", "point", "-12.00"),
        ("$5.10", "point", "5.10"), ("-$3", "point", "-3"), ("7 €", "comma", "7"),
        (" 8 ", "point", "8"), ("-0", "point", "0"), ("0,0040", "comma", "0.0040"),
        ("1,234,567", "point", "1234567"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_their_style(cell: str, style: str, plain: str) -> None:
    assert plain_number(cell, style) == plain


@pytest.mark.parametrize(
    "cell",
    [
        "NaN", "Infinity", "-inf", "1e5", "1e999999", "1e-400", "1_000", "１２", "٣", "--1", "(-1)",
        "",
        "1" * 16, "1" * 40, "0." + "1" * 16, "1,2", "1,23,456", "1.2.3", "12a", "0x1F", "1\n2",
        "9" * 1_000_000,
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(cell: str) -> None:
    assert plain_number(cell, "point") is None


@given(st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", fullmatch=True))
def test_sums_hold_every_digit(plain: str) -> None:
    assert Fraction(whole_at_scale(plain), 10**15) == Fraction(plain)
    assert Fraction(written(whole_at_scale(plain))) == Fraction(plain)


def test_a_workbooks_binary_numbers_show_fifteen_digits() -> None:
    assert spreadsheet_number(0.1 + 0.2) == "0.3"
    assert spreadsheet_number(1e-7) == "0.0000001"
    assert plain_number(spreadsheet_number(float("nan")), "point") is None


def test_the_style_is_what_most_cells_can_only_mean() -> None:
    assert guessed_style(["1,50", "2,00", "1.234,5"]) == "comma"
    assert guessed_style(["1,200", "3.5"]) == "point"
    assert guessed_style([]) == "point"


JULY = (date(2026, 7, 1), date(2026, 7, 31))


@pytest.mark.parametrize(
    "cell", "2026M07 · 2026-07 · 202607 · Jul 2026 · July 2026 · 07/2026".split(" · ")
)
def test_months_are_their_days(cell: str) -> None:
    assert span(cell) == JULY


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2026-01-31", "", date(2026, 1, 31)), ("20260131", "", date(2026, 1, 31)),
        ("31.01.2026", "", date(2026, 1, 31)), ("1/31/26 3:04pm", "", date(2026, 1, 31)),
        ("03/04/2026", "MDY", date(2026, 3, 4)), ("03/04/2026", "DMY", date(2026, 4, 3)),
        ("2026-01-31T10:00:00Z", "", date(2026, 1, 31)), ("5 Jan 2026", "", date(2026, 1, 5)),
    ],
)  # fmt: skip
def test_days_are_read(cell: str, order: str, day: date) -> None:
    assert span(cell, order) == (day, day)


def test_quarters_halves_and_years_are_their_days() -> None:
    assert span("2026-Q1") == span("Q1 2026") == (date(2026, 1, 1), date(2026, 3, 31))
    assert span("2026-H2") == (date(2026, 7, 1), date(2026, 12, 31))
    assert span("2026") == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "cell", ["03/04/2026", "2026-02-30", "soon", "2026-13", "1399", "2026-01-31 to 2026-02-28", ""]
)
def test_days_that_are_not_certain_are_none(cell: str) -> None:
    assert span(cell) is None


def test_places_are_found_by_code_and_name() -> None:
    known = Gazetteer()
    cells = ["us", "United States", "Korea, South", "Côte d'Ivoire", "Worldwide", "2136", "USA"]
    assert [known.code(cell) for cell in cells] == ["US", "US", "KR", "CI", "WORLD", "WORLD", "US"]


def test_a_place_that_is_nearly_known_gets_a_suggestion() -> None:
    known = Gazetteer()
    assert known.code("UK") is None
    assert known.suggestion("UK") == "GB"


@pytest.mark.parametrize(
    ("kind", "cell", "value", "odd"),
    [
        ("isrc", "QZ-ABC-26-00001", "QZABC2600001", ""), ("isrc", "nope", "NOPE", "odd"),
        ("upc", "12345678905", "012345678905", ""), ("upc", "1.91774E+11", "", "lost"),
        ("iswc", "T-034.524.680-1", "T0345246801", ""), ("own", " K-1", " K-1", ""),
    ],
)  # fmt: skip
def test_identifiers_lose_their_punctuation(kind: str, cell: str, value: str, odd: str) -> None:
    assert identifier(kind, cell) == (value, odd)
