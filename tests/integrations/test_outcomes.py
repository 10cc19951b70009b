"""accepted + quarantined + rejected = read, in rows and in money; findings grouped by cause."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.files.contract import ProfileUnknown, Reading
from integrations.files.corrections import BadRows, write_errors
from tests.integrations.conftest import Read, lines

HEADER = "title,territory,sold_on,amount,currency\n"
MIXED = (
    HEADER + "A,SE,2026-01,10.00,EUR\n"
    "B,Atlantis,2026-01,2.50,EUR\n"
    "C,SE,2026-01,ten,EUR\n"
    "D,SE,31/02/2026,4.00,EUR\n"
    "E,Atlantis,2026-01,1.25,EUR\n"
    "F,SE,2026-01,3.00,Shells\n"
    "Total,,,20.75,\n"
)


def balance(reading: Reading) -> None:
    """Hold the promise: nothing is dropped silently."""
    v = reading.validation
    assert v.accepted + v.quarantined + v.rejected == v.rows_read
    for total in v.totals:
        went = [Decimal(total.accepted), Decimal(total.quarantined), Decimal(total.rejected)]
        assert sum(went, Decimal(0)) == Decimal(total.read)


def test_each_row_goes_somewhere_and_its_money_with_it(read: Read) -> None:
    reading = read(MIXED)
    v = reading.validation
    assert (v.rows_read, v.accepted, v.quarantined, v.rejected) == (6, 1, 3, 2)
    assert v.rows_without_money == 1
    euro = next(total for total in v.totals if total.currency == "EUR")
    assert (euro.accepted, euro.quarantined, euro.rejected) == ("10.00", "3.75", "4.00")
    unknown = next(total for total in v.totals if total.currency == "")
    assert unknown.quarantined == "3.00"
    balance(reading)


def test_findings_name_row_column_value_and_what_next(read: Read) -> None:
    found = {(e.row, e.column, e.code, e.value) for e in read(MIXED).validation.errors}
    assert found == {
        (3, "territory", "territory_unknown", "Atlantis"),
        (4, "amount", "number_unreadable", "ten"),
        (5, "sold_on", "date_unreadable", "31/02/2026"),
        (6, "territory", "territory_unknown", "Atlantis"),
        (7, "currency", "currency_unknown", "Shells"),
    }


def test_findings_are_grouped_by_cause_with_their_money(read: Read) -> None:
    first = read(MIXED).validation.groups[0]
    assert (first.code, first.value, first.rows, first.first_row) == (
        "territory_unknown",
        "Atlantis",
        2,
        3,
    )
    assert first.money == {"EUR": "3.75"}


def test_the_files_total_is_no_sale_and_is_held_against_the_rows(read: Read) -> None:
    v = read(HEADER + "A,SE,2026-01,10.00,EUR\nTotal,,,20.75,\n").validation
    assert [skipped.row for skipped in v.skipped] == [3]
    assert (v.totals[0].reported, v.totals[0].accepted) == ("20.75", "10.00")


def test_a_typed_total_comes_before_the_files(read: Read) -> None:
    v = read(HEADER + "A,SE,2026-01,10.00,EUR\nTotal,,,20.75,\n", reported={"EUR": "10"}).validation
    assert v.totals[0].reported == "10.00"


CELLS = st.sampled_from(
    ["", "1", "-2.5", "x", "1e9", "1,5", "SE", "EUR", "JPY", "2026-02", "Total"]
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=6), min_size=1, max_size=60))
def test_no_row_and_no_money_is_ever_lost(read: Read, rows: list[list[str]]) -> None:
    reading = read(HEADER + "".join(",".join(row) + "\n" for row in rows))
    balance(reading)
    v = reading.validation
    assert v.rows_read + len(v.skipped) == sum(1 for row in rows if any(row))
    assert len(lines(reading)) == v.accepted


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_corrected_rows_come_back_under_their_own_numbers(
    form: str, read: Read, tmp_path: Path
) -> None:
    reading = read(MIXED)
    path = tmp_path / f"errors.{form}"
    assert write_errors([BadRows(reading.bad)], path) == 5
    again = read(path)
    assert again.detection.resubmission
    assert (again.validation.rows_read, again.validation.accepted) == (5, 0)
    assert {e.row for e in again.validation.errors} == {3, 4, 5, 6, 7}
    if form == "csv":
        text = path.read_text("utf-8-sig").replace("Atlantis,2026", "NO,2026")
        text = text.replace(",ten,", ",7.00,").replace("31/02/2026", "2026-02")
        mended = read(text.replace("Shells", "EUR"))
        assert [line["_row"] for line in lines(mended)] == [3, 4, 5, 6, 7]
        assert mended.validation.totals[0].accepted == "17.75"


def test_a_comma_workbooks_numbers_survive_the_errors_file(read: Read, tmp_path: Path) -> None:
    import xlsxwriter

    book_path, errors = tmp_path / "e.xlsx", tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(str(book_path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, ["title", "territory", "amount", "currency"])
        sheet.write_row(1, 0, ["A", "Atlantis", 1.234, "EUR"])
        sheet.write_row(2, 0, ["B", "SE", "1,5", "EUR"])
    first = read(book_path, decimal="comma")
    assert first.validation.totals[0].quarantined == "1.234"
    write_errors([BadRows(first.bad)], errors)
    assert read(errors, decimal="comma").validation.totals[0].quarantined == "1.234"


def test_formulas_in_bad_rows_leave_guarded_and_come_back_as_they_were(
    read: Read, tmp_path: Path
) -> None:
    reading = read(HEADER + '"=cmd|x",Atlantis,2026-01,-1.00,EUR\n')
    write_errors([BadRows(reading.bad)], tmp_path / "errors.csv")
    text = (tmp_path / "errors.csv").read_text("utf-8-sig")
    assert "'=cmd|x" in text
    assert ",-1.00," in text
    mended = read(text.replace("Atlantis", "SE"))
    assert lines(mended)[0]["title"] == "=cmd|x"


def test_a_row_that_lost_its_number_is_rejected(read: Read) -> None:
    v = read("_row,_error," + HEADER + "x,,A,SE,2026-01,1.00,EUR\n").validation
    assert (v.rejected, v.errors[0].code) == (1, "row_number_unreadable")


def test_a_named_profile_that_lacks_its_columns_is_refused(read: Read) -> None:
    with pytest.raises(ProfileUnknown, match="needs amount"):
        read("title,currency\nA,EUR\n", profile="mediatrack")


def test_a_file_that_fits_nothing_is_told_what_came_nearest(read: Read) -> None:
    with pytest.raises(ProfileUnknown, match="publisher") as refused:
        read("title,iswc,writer,role\nA,T0345246801,B,C\n")
    assert "amount" in refused.value.detail
