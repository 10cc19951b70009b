"""Cells that no spreadsheet runs, and that come back as they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.exports.cells import plain_cell, safe_cell, safe_sheet_name

DANGEROUS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1", "＋1", "－1", "＠1"]


@pytest.mark.parametrize("text", [*DANGEROUS, " =1", "\u00a0=1", "\ufeff=1", "'=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_led_by_a_quote(text: str) -> None:
    assert safe_cell(text).startswith("'")
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["-5", "-0.25", "12.50", "a=b", "Title", "", "'Til Tomorrow", "'"])
def test_harmless_cells_stay(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_a_formula_on_a_later_line_is_guarded_too() -> None:
    assert safe_cell("note\n=1+1\r\n@x") == "note\n'=1+1\r\n'@x"


def test_exactly_one_quote_is_taken_away() -> None:
    assert plain_cell("''=1") == "'=1"
    assert plain_cell("'-5") == "-5"


@given(st.text(st.sampled_from("=+-@'\t\r\n\0 ＝a1\ufeff\u00a0"), max_size=12) | st.text())
def test_every_text_comes_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


@given(st.text(st.sampled_from("=+-@'\t\r\n a1"), max_size=10))
def test_every_text_comes_back_from_a_csv_file(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(text), "x"])
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert plain_cell(row[0]) == text


def test_names_of_sheets_start_no_formula() -> None:
    assert safe_sheet_name("=cmd|' /C calc'!A0") == "cmd|   C calc !A0"
    assert safe_sheet_name("=") == "Sheet"
    assert len(safe_sheet_name("x" * 99)) == 31
