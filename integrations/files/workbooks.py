"""Rows of XLSX workbooks. The archive is looked through before the spreadsheet reader sees it."""

import datetime
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integrations.files import limits
from integrations.files.contract import UnreadableFile
from integrations.files.numerals import spreadsheet_number
from integrations.files.texts import Row

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,200}?\br="([A-Z]{1,4})([0-9]{1,8})"')
# Rows without a cell don't count: some programs write one at the end of the sheet for its height.
_ROW = re.compile(
    rb'<(?:\w+:)?row\b[^>]{0,400}?\br="([0-9]{1,8})"'
    rb"(?![^>]{0,600}/>)(?![^>]{0,600}>\s{0,8}</(?:\w+:)?row>)"
)
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\b")
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_PIECE = 1 << 20
_OVERLAP = 1024
_REFUSED_PARTS = {
    "vbaproject": "macros",
    "macrosheets/": "macros",
    "externallinks/": "links to other workbooks",
    "embeddings/": "embedded files",
    "activex/": "controls",
}


def check_archive(path: Path) -> None:
    """Refuse an archive that is no plain workbook, before anything is unpacked whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            unpacked = 0
            for member in members:
                unpacked += _scan(archive, member, limits.UNPACKED_BYTES - unpacked)
            packed = path.stat().st_size
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile(f"The workbook can't be unpacked: {error}.") from None
    if unpacked > limits.RATIO_FREE_BYTES and unpacked > packed * limits.RATIO:
        raise UnreadableFile(
            f"The workbook unpacks to more than {limits.RATIO} times its size. Save it as CSV."
        )


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > limits.ARCHIVE_MEMBERS:
        raise UnreadableFile(
            f"The workbook has {len(members)} parts; at most {limits.ARCHIVE_MEMBERS} are read."
        )
    names = [member.filename for member in members]
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise UnreadableFile("The archive is not an XLSX workbook. Save the table as XLSX or CSV.")
    if len(set(names)) != len(names):
        raise UnreadableFile("The workbook has two parts of one name.")
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\\" in name:
            raise UnreadableFile(f"The workbook has a part with the path {name[:80]!r}.")
        if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 1:
            raise UnreadableFile("The workbook has links or encrypted parts. Save it without.")
        for part, what in _REFUSED_PARTS.items():
            if part in name.lower():
                raise UnreadableFile(f"The workbook has {what}. Save it without, or as CSV.")


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    """Unpack one part piece by piece, counting real bytes and the reach of its cells."""
    name = member.filename.lower()
    is_text = name.endswith((".xml", ".rels", ".vml"))
    reach = _Reach() if name.startswith("xl/worksheets/") else None
    size = sheets = 0
    tail = b""
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            if is_text and not size and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise UnreadableFile("The workbook's XML is not UTF-8.")
            size += len(piece)
            if size > room:
                raise UnreadableFile(
                    f"The workbook unpacks to more than {limits.UNPACKED_BYTES >> 20} MiB. "
                    "Save it as CSV."
                )
            window = tail + piece
            if is_text and _DECLARATION.search(window):
                raise UnreadableFile("The workbook's XML declares entities; none are read.")
            if reach:
                reach.add(window, len(tail))
            if name == "xl/workbook.xml":
                sheets += sum(1 for m in _SHEET_TAG.finditer(window) if m.end() > len(tail))
            tail = window[-_OVERLAP:]
    if sheets > limits.SHEETS:
        raise UnreadableFile(f"The workbook has {sheets} sheets; at most {limits.SHEETS} are read.")
    if reach:
        reach.check()
    return size


class _Reach:
    """The furthest row and column a sheet's cells name: the reader makes room for all between."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def add(self, window: bytes, seen: int) -> None:
        for letters, digits in _CELL.findall(window):
            if int(digits) > self.row:
                self.row = int(digits)
            if len(letters) > 1 or letters > b"A":
                self.column = max(self.column, _column(letters))
        for digits in _ROW.findall(window):
            self.row = max(self.row, int(digits))

    def check(self) -> None:
        if self.column > limits.COLUMNS or self.row * max(self.column, 1) > limits.GRID_CELLS:
            raise UnreadableFile(
                f"A sheet reaches to row {self.row}, column {self.column}; at most "
                f"{limits.COLUMNS} columns and {limits.GRID_CELLS} cells are read. Delete stray "
                "cells far from the table, or save it as CSV."
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class Native(str):
    """A number the workbook holds as a number: written with a point, whatever the profile says."""

    __slots__ = ()


class Workbook:
    """An XLSX workbook, one sheet of it chosen. ``rows`` may be called again and again."""

    kind = "xlsx"
    delimiter = ""
    encoding = ""
    reason = "XLSX workbook"

    def __init__(self, path: Path, sheet: str = "") -> None:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

        check_archive(path)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
            self._names = [
                meta.name
                for meta in self._book.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible
            ]
        except CalamineError as error:
            raise UnreadableFile(f"The workbook can't be read: {error}.") from None
        self.sheet = ""
        self._rows: Any = None
        self.choose(sheet or (self._names[0] if self._names else ""))

    def sheets(self) -> list[str]:
        """Return the names of the visible sheets, in order."""
        return list(self._names)

    def choose(self, sheet: str) -> None:
        """Read another sheet from now on."""
        from python_calamine import CalamineError

        if sheet not in self._names:
            raise UnreadableFile(f"The workbook has no visible sheet {sheet!r}.")
        try:
            self._rows = self._book.get_sheet_by_name(sheet)
        except CalamineError as error:
            raise UnreadableFile(f"Sheet {sheet!r} can't be read: {error}.") from None
        self.sheet = sheet

    def rows(self) -> Iterator[Row]:
        """Yield (row number, cells as text); empty rows count, as the program shows them."""
        for number, cells in enumerate(self._rows.iter_rows(), 1):
            yield number, [cell if type(cell) is str else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 1e15
        return Native(int(cell) if whole else spreadsheet_number(cell))
    if isinstance(cell, datetime.datetime):
        at_midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)
