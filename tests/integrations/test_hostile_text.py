"""Text files that strangers send: read right or refused whole, and the parent lives on (U1)."""

import json
from pathlib import Path

import pytest

from integrations.files.contract import UnreadableFile
from integrations.files.reading import ReadingStopped, read_sales_file
from tests.integrations.conftest import Read, lines

HEADER = "title,amount,currency\n"


def test_a_line_without_an_end_is_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.seek(64 << 20)  # a hole: NULs without a line end
        file.write(b"\n")
    with pytest.raises(UnreadableFile, match="longer than"):
        read(path)


def test_a_million_columns_are_refused(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="columns|longer"):
        read("a," * 1_000_000 + "\n" + "1," * 10 + "\n")
    with pytest.raises(UnreadableFile, match="1000 are read"):
        read(HEADER + "x" + "," * 2_000 + "\n")


def test_a_quote_that_never_closes_is_refused_not_swallowed(read: Read) -> None:
    rows = "A,1.00,EUR\n" * 20_000
    with pytest.raises(UnreadableFile, match="quote"):
        read(HEADER + '"never closed,1.00,EUR\n' + rows)


def test_control_characters_are_per_row_errors(read: Read) -> None:
    reading = read(HEADER + "A\0B,1.00,EUR\nC,2.00,EUR\n")
    assert (reading.validation.accepted, reading.validation.rejected) == (1, 1)
    (error,) = reading.validation.errors
    assert (error.row, error.column, error.code) == (2, "title", "control_character")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_each_encoding_reads_the_same(encoding: str, read: Read) -> None:
    text = HEADER + "Ça & là – Größe,1.50,EUR\n" + "Plain words here,2.50,EUR\n" * 20
    data = text.encode(encoding)
    reading = read(data)
    assert lines(reading)[0]["title"] == "Ça & là – Größe"
    assert reading.validation.totals[0].accepted == "51.50"


def test_shift_jis_is_refused_not_guessed(read: Read) -> None:
    text = HEADER + "海の歌と山の歌,1.50,JPY\n" * 50
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(text.encode("shift-jis"))


def test_broken_utf_8_with_a_mark_is_refused(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(b"\xef\xbb\xbf" + HEADER.encode() + b"\xff\xfe\xfd,1,EUR\n")


def test_line_ends_may_be_mixed_and_cells_may_span_lines(read: Read) -> None:
    text = 'title,amount,currency\r\nA,1.00,EUR\n"B\nB",2.00,EUR\rC,3.00,EUR\r\n'
    reading = read(text)
    assert [(line["_row"], line["title"]) for line in lines(reading)] == [
        (2, "A"),
        (3, "B\nB"),
        (5, "C"),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "\u202eesrever",
        "🎵 song",
        "zero\u200bwidth",
        "\u0410lpha",
        "'quoted",
        '"',
        "=1+1",
        "a" * 1_000,
    ],
)
def test_strange_letters_are_text(title: str, read: Read) -> None:
    cell = title.replace('"', '""')
    reading = read(HEADER + f'"{cell}",1.00,EUR\n')
    assert [line["title"] for line in lines(reading)] == [title]


def test_a_long_text_is_a_per_cell_error(read: Read) -> None:
    reading = read(HEADER + "a" * 1_001 + ",1.00,EUR\nB,1.00,EUR\n")
    assert (reading.validation.accepted, reading.validation.rejected) == (1, 1)
    assert reading.validation.errors[0].code == "text_too_long"
    assert len(reading.validation.errors[0].value) < 200


@pytest.mark.parametrize(
    "cell",
    ["NaN", "Infinity", "-inf", "1e999999", "1e-400", "1_000", "１２", "9" * 40, "0x10", "--1"],
)
def test_what_is_no_number_is_a_per_cell_error(cell: str, read: Read) -> None:
    reading = read(HEADER + f"A,{cell},EUR\nB,-0,EUR\nC,-2.50,EUR\n")
    checked = reading.validation
    assert (checked.rows_read, checked.accepted, checked.rejected) == (3, 2, 1)
    assert (checked.errors[0].row, checked.errors[0].column) == (2, "amount")
    assert checked.errors[0].code == "number_unreadable"
    assert (checked.rows_without_money, checked.totals[0].accepted) == (1, "-2.50")


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<?xml version='1.0'?><a/>", b"\xd0\xcf\x11\xe0"],
)
def test_what_is_no_table_is_refused(data: bytes, read: Read) -> None:
    with pytest.raises(UnreadableFile):
        read(data)


@pytest.mark.parametrize("name", ["../../up.csv", "/etc/passwd", "a\0b.csv", "x" * 300, "a\r\nb"])
def test_the_files_name_is_never_a_path(name: str, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(HEADER + "A,1.00,EUR\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert read_sales_file(path, folder=folder, name=name).validation.accepted == 1
    assert {entry.name for entry in tmp_path.iterdir()} == {"file", "folder"}


def test_a_reading_ends_when_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(HEADER + "A song,1.00,EUR\n" * 300_000)
    with pytest.raises(ReadingStopped):
        read_sales_file(path, folder=tmp_path, stop=lambda: True)


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = (f"Song {number},0.000001,EUR\n" for number in range(200_000))
    path.write_text(HEADER + "".join(rows))
    reading = read_sales_file(path, folder=tmp_path)
    assert reading.validation.totals[0].accepted == "0.20"
    assert 0 < json.loads((tmp_path / "report.json").read_text())["peak_kib"] < 300 << 10
