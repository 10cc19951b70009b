"""Workbooks that strangers send: looked through before they are read (U2)."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from integrations.files.contract import UnreadableFile
from tests.integrations.conftest import Read, lines

Change = Callable[[dict[str, bytes]], None]
SHEET = "xl/worksheets/sheet1.xml"


def plain(path: Path) -> Path:
    """Write a workbook of one good row."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, ["title", "amount", "currency"])
        sheet.write_row(1, 0, ["A", 1.5, "EUR"])
    return path


def changed(path: Path, change: Change) -> Path:
    """Write the same workbook with some of its parts changed."""
    with zipfile.ZipFile(plain(path)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_plain_workbook_is_read(read: Read, tmp_path: Path) -> None:
    (line,) = lines(read(plain(tmp_path / "plain.xlsx")))
    assert (line["title"], line["amount"], line["currency"]) == ("A", 15, "EUR")


def _bomb(parts: dict[str, bytes]) -> None:
    parts["xl/media/nothing.bin"] = b"\0" * (60 << 20)


def _far_corner(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )


def _doctype(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(
        b"<worksheet",
        b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet',
        1,
    )


def _external(parts: dict[str, bytes]) -> None:
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


def _macros(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"Sub Auto_Open()"


def _upwards(parts: dict[str, bytes]) -> None:
    parts["../../etc/cron.d/x"] = b"boo"


def _sheets(parts: dict[str, bytes]) -> None:
    tags = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(2, 10_000)
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", tags + b"</sheets>")


def _members(parts: dict[str, bytes]) -> None:
    parts.update({f"xl/media/{number}.png": b"" for number in range(2_100)})


def _no_workbook(parts: dict[str, bytes]) -> None:
    parts.clear()
    parts["readme.txt"] = b"just a ZIP"


def test_empty_rows_at_the_end_of_the_sheet_are_nothing(read: Read, tmp_path: Path) -> None:
    def tall(parts: dict[str, bytes]) -> None:
        rows = b'<row r="1048575" ht="12.8"></row><row r="1048576" ht="12.8"/>'
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")

    assert len(lines(read(changed(tmp_path / "tall.xlsx", tall)))) == 1


@pytest.mark.parametrize(
    "change",
    [_bomb, _far_corner, _doctype, _external, _macros, _upwards, _sheets, _members, _no_workbook],
)
def test_a_workbook_with_more_than_a_table_is_refused(
    change: Change, read: Read, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableFile):
        read(changed(tmp_path / "odd.xlsx", change))


def test_a_symbolic_link_inside_is_refused(read: Read, tmp_path: Path) -> None:
    path = plain(tmp_path / "link.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnreadableFile, match="links"):
        read(path)


def test_sizes_that_lie_are_found_by_counting(read: Read, tmp_path: Path) -> None:
    path = changed(tmp_path / "lying.xlsx", _bomb)
    data = path.read_bytes()
    real, small = (60 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert real in data
    path.write_bytes(data.replace(real, small))
    with pytest.raises(UnreadableFile):
        read(path)


def test_a_torn_workbook_is_refused(read: Read, tmp_path: Path) -> None:
    path = plain(tmp_path / "torn.xlsx")
    data = path.read_bytes()
    for size in (10, len(data) // 2, len(data) - 30):
        path.write_bytes(data[:size])
        with pytest.raises(UnreadableFile):
            read(path)
