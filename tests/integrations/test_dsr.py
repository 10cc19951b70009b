"""DSR flat files: all of the file's own counts and totals are held against it."""

import gzip
from pathlib import Path

import pytest

from integrations.files.contract import UnreadableFile
from tests.integrations.conftest import SAMPLES, Read, lines

NAME = "DSR_Kelp_Tube_AdMusic_2026-Q1_SE_1of1_20260402T100000.tsv"
TEXT = (SAMPLES / NAME).read_text("utf-8")


def test_the_lines_of_each_summary_sum_to_its_net_revenue(read: Read) -> None:
    reading = read(SAMPLES / NAME)
    v = reading.validation
    assert (v.refused, reading.detection.profile) == (False, "ddex-dsr")
    (total,) = v.totals
    assert (total.reported, total.accepted) == ("140.00", "140.00")
    kinds = [(line["kind"], line["controller"]) for line in lines(reading)]
    assert kinds == [
        ("allocation", "KELP"),
        ("allocation", "OTHER"),
        ("summary_remainder", "KELP"),
        ("summary_remainder", "OTHER"),
    ]


def test_single_records_are_read(read: Read) -> None:
    v = read(SAMPLES / "single_records.tsv").validation
    assert (v.refused, v.totals[0].accepted) == (False, "10.00")


def test_packed_files_are_unpacked_under_caps(read: Read, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert read(path).validation.totals[0].accepted == "140.00"
    path.write_bytes(gzip.compress(b"\0" * (40 << 20)))
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read(path)


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "code"),
    [
        ("FOOT\t11\t11", "FOOT\t12\t12", 11, "NumberOfLinesInFile", "dsr_count"),
        ("\t2\t1\t1\n", "\t3\t1\t1\n", 11, "NumberOfSummaryRecords", "dsr_count"),
        ("\t2\t1\t1\n", "\t2\t9\t9\n", 11, "NumberOfBlocksInFile", "dsr_count"),
        ("\tEUR\t100.00", "\tEUR\thundred", 3, "NetRevenue", "dsr_number_unreadable"),
        ("\t2026-01-01\t", "\t\t", 1, "UsageStartDate", "dsr_cell_missing"),
    ],
)
def test_a_broken_file_is_refused_whole_with_row_and_cell(
    old: str, new: str, row: int, column: str, code: str, read: Read
) -> None:
    assert old in TEXT
    reading = read(TEXT.replace(old, new, 1), NAME)
    v = reading.validation
    assert v.refused
    assert (v.rows_read, v.accepted, reading.lines) == (0, 0, "")
    found = {(e.row, e.column) for e in v.errors if e.code.startswith(code)}
    assert (row, column) in found


def test_the_head_must_come_first_and_foot_last(read: Read) -> None:
    without_foot = TEXT[: TEXT.index("FOOT")]
    v = read(without_foot, NAME).validation
    assert v.refused
    assert any("no FOOT" in error.message for error in v.errors)
