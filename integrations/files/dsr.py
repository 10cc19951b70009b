"""DDEX DSR flat files: records checked, counts and totals checked, lines that sum to the summaries.

docs/imports.md says which records become lines and with what money.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integrations.files import dsr_parts, limits
from integrations.files.contract import (
    CellError,
    Detection,
    Line,
    Mapping,
    Reading,
    UnreadableFile,
    Validation,
)  # fmt: skip
from integrations.files.dsr_lines import LINE_FIELDS, Summaries, block_lines, single_line
from integrations.files.dsr_names import name_findings
from integrations.files.dsr_records import Record, findings
from integrations.files.outcomes import REJECTED, Tally
from integrations.files.places import Gazetteer
from integrations.files.sinks import BadSink, LineSink
from integrations.files.tables import Request

_HEADS, _FEET = ("HEAD", "SRHE"), ("FOOT", "SRFO")
_MARKS = (b"HEAD\t", b"SRHE\t")


def looks_like_dsr(path: Path) -> bool:
    """Return whether the first row that is no comment is a DSR header."""
    with path.open("rb") as file:
        start = file.read(1 << 16).removeprefix(b"\xef\xbb\xbf")
    for line in start.splitlines():
        if line.strip() and not line.startswith(b"#"):
            return line.startswith(_MARKS)
    return False


def unpacked(path: Path, folder: Path) -> Path:
    """Return the path of a gzip file's content, unpacked under caps."""
    target = folder / "unpacked"
    size, packed = 0, path.stat().st_size
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            while piece := source.read(1 << 20):
                size += len(piece)
                if size > limits.UNPACKED_GZIP_BYTES or (
                    size > limits.RATIO_FREE_BYTES and size > packed * limits.RATIO
                ):
                    raise UnreadableFile(
                        f"The file unpacks to more than {limits.RATIO} times its size or more than "
                        f"{limits.UNPACKED_GZIP_BYTES >> 20} MiB."
                    )
                out.write(piece)
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableFile(f"The file can't be unpacked: {error}.") from None
    return target


def read_dsr(path: Path, asked: Request) -> Reading:
    """Return the reading of a DSR flat file: all of it, or refused with every finding."""
    return _DsrReading(path, asked).all()


class _DsrReading:
    def __init__(self, path: Path, asked: Request) -> None:
        self.path, self.asked = path, asked
        self.tally = Tally()
        self.lines = LineSink(asked.folder)
        self.bad = BadSink(asked.folder, list(LINE_FIELDS))
        self.gazetteer = Gazetteer()
        self.head: Record | None = None
        self.foot: Record | None = None
        self.summaries = Summaries()
        self.block: list[Record] = []
        self.last_row = self.comments = self.blocks = 0
        self.broken = False
        self.raw: list[list[str]] = []
        self.single_records = False
        self.part: dict[str, Any] = {}
        self.whole = True  # a part that doesn't complete its report tells no remainder

    def all(self) -> Reading:
        """Read the file to its end, then hold its own figures against it."""
        for row, cells in self._rows():
            if len(self.raw) < limits.PREVIEW_ROWS:
                self.raw.append([str(row), *(cell[: limits.SHOWN] for cell in cells[:60])])
            record = Record(row, cells)
            self._find(findings(record, cells))
            self._place(record)
        self._close_block()
        self._check_ends()
        self._hold_parts()
        for line in self.summaries.remainders(self.head) if self.whole else ():
            self._settle(line)
        return self._reading()

    def _hold_parts(self) -> None:
        """Hold a part of a report against the other parts that have come."""
        head = self.head
        if head is None or dsr_parts.count_of(head) == 1 or self.asked.detect_only:
            return
        counted = {"lines": self.last_row, "remarks": self.comments, "blocks": self.blocks}
        name = self.asked.name
        self.part = dsr_parts.part_of(head, self.foot, name, self.summaries, counted)
        others = self.asked.parts
        self._find(list(dsr_parts.findings(self.part, others, head)))
        self.whole = not self.broken and dsr_parts.completes(self.part, others)
        if self.whole:
            self.part["completes"] = sorted(other["sha256"] for other in others)
            for other in others:
                self.summaries.less(other["allocated"])

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open("r", encoding="utf-8-sig", newline="\n") as file:
            try:
                while line := file.readline(limits.LINE_CHARACTERS + 1):
                    self.last_row += 1
                    if len(line) > limits.LINE_CHARACTERS:
                        raise UnreadableFile(
                            f"Line {self.last_row} is longer than {limits.LINE_CHARACTERS} "
                            "characters.", row=self.last_row,
                        )  # fmt: skip
                    line = line.rstrip("\r\n")
                    if line.startswith("#"):
                        self.comments += 1
                    elif line.strip():
                        yield self.last_row, line.split("\t")[: limits.COLUMNS]
            except UnicodeDecodeError:
                raise UnreadableFile(
                    f"The file is not UTF-8 after line {self.last_row}; DSR flat files must be."
                ) from None

    def _place(self, record: Record) -> None:
        kind = record.type
        if self.head is None and kind not in _HEADS:
            self._say(record.row, "RecordType", kind, "dsr_order", "The first record must be HEAD.")
        if self.foot is not None:
            self._say(record.row, "RecordType", kind, "dsr_order", "A record stands after FOOT.")
        if kind in _HEADS:
            if self.head is not None:
                self._say(record.row, "RecordType", kind, "dsr_order", "HEAD stands twice.")
            self.head = record
            self._find(name_findings(self.asked.name, record))
        elif kind in _FEET:
            self.foot = record
        elif kind.startswith("SY"):
            self.summaries.add(record)
        elif kind.startswith("SR") and not record.get("BlockId"):
            self.single_records = True
            self._settle(single_line(record, self.summaries, self.head))
        else:
            self._into_block(record)

    def _into_block(self, record: Record) -> None:
        if self.block and self.block[0].get("BlockId") != record.get("BlockId"):
            self._close_block()
        if len(self.block) >= limits.BLOCK_RECORDS:
            raise UnreadableFile(
                f"The block of row {record.row} has more than {limits.BLOCK_RECORDS} records.",
                row=record.row,
            )
        self.block.append(record)

    def _close_block(self) -> None:
        if self.block:
            self.blocks += 1
            for line in block_lines(self.block, self.summaries, self.head):
                self._settle(line)
            self.block = []
            if self.blocks % 1000 == 0:
                self.asked.report_progress(self.tally.rows_read, self.tally.errors)

    def _settle(self, line: Line) -> None:
        row = line.fields.pop("_row")
        if any(error.code == "dsr_summary_unknown" for error in line.errors):
            self._find(line.errors)
            return
        self._territory(row, line)
        self.tally.take(line.currency, line.amount)
        self.tally.settle(line.outcome, line.currency, line.amount, line.errors)
        if line.outcome == "accepted":
            self.lines.add(row, line.fields)
        else:
            told = "; ".join(f"{error.column}: {error.message}" for error in line.errors)
            cells = [str(line.fields.get(name) or "") for name in LINE_FIELDS]
            self.bad.add(row, told, line, cells)

    def _territory(self, row: int, line: Line) -> None:
        cell = line.fields.get("territory") or ""
        code = self.gazetteer.code(cell) if cell else None
        if cell and code is None:
            line.outcome = "quarantined"
            line.errors.append(
                CellError(
                    row,
                    "Territory",
                    cell[: limits.SHOWN],
                    "territory_unknown",
                    f"{cell[:40]!r} is not a known territory.",
                    self.gazetteer.suggestion(cell),
                    "quarantined",
                )  # fmt: skip
            )
        line.fields["territory"] = code or cell or None

    def _check_ends(self) -> None:
        if self.head is None:
            self._say(1, "RecordType", "", "dsr_order", "The file has no HEAD.")
        foot = self.foot
        if foot is None:
            self._say(self.last_row, "RecordType", "", "dsr_order", "The file has no FOOT.")
            return
        lines = {self.last_row, self.last_row - self.comments}
        whole = self.head is not None and self.head.get("NumberOfFiles") in ("", "1")
        counted = {
            "NumberOfLinesInFile": lines,
            "NumberOfSummaryRecords": {len(self.summaries)},
            "NumberOfBlocksInFile": {self.blocks},
        }
        if whole:
            counted["NumberOfLinesInReport"] = lines
            counted["NumberOfBlocksInReport"] = {self.blocks}
        for cell, true in counted.items():
            said = foot.get(cell)
            if said.isascii() and said.isdecimal() and int(said[:15]) not in true:
                self._say(
                    foot.row, cell, said, "dsr_count",
                    f"{foot.type} says {cell} {said[:15]}; the file has {max(true)}.",
                )  # fmt: skip

    def _say(self, row: int, column: str, value: str, code: str, message: str) -> None:
        self._find([CellError(row, column, value[: limits.SHOWN], code, message)])

    def _find(self, errors: list[CellError]) -> None:
        for error in errors:
            self.broken = self.broken or error.outcome == REJECTED
            self.tally.note(error)

    def _reading(self) -> Reading:
        detection = Detection(
            "dsr", self.asked.sha256, self.asked.size, encoding="utf-8", delimiter="\t",
            headers=list(LINE_FIELDS),
            profile="ddex-dsr", raw=self.raw, reasons=["the first record is a DSR header"],
            report=dsr_parts.report_of(self.head, self.asked.name),
        )  # fmt: skip
        mapping = Mapping(fields={name: name for name in LINE_FIELDS})
        lines, bad = self.lines.close(), self.bad.close()
        if self.broken:
            self.tally.facts = {}
            refused = Validation(
                refused=True,
                errors=self.tally.errors,
                errors_total=self.tally.errors_total,
                groups=self.tally.validation({}).groups,
            )
            return Reading(detection, mapping, refused)
        for currency, amount in self.summaries.reported().items() if self.whole else ():
            self.tally.report(currency, amount)
        self.tally.facts |= self._facts()
        validation = self.tally.validation(self.asked.reported)
        validation.scales, validation.part = self.lines.scales, self.part
        return Reading(detection, mapping, validation, lines, bad)

    def _facts(self) -> dict[str, str]:
        head = self.head
        assert head is not None
        found = {
            "lines_in_file": str(self.last_row),
            "summaries": str(len(self.summaries)),
            "blocks": str(self.blocks),
            "profile": f"{head.get('Profile')} {head.get('ProfileVersion')}",
            "message": head.get("MessageId"),
            "file": f"{head.get('FileNumber')} of {head.get('NumberOfFiles')}",
            "sender": head.get("SenderName"),
            "recipient": head.get("RecipientName"),
            "usage": f"{head.get('UsageStartDate')} to {head.get('UsageEndDate')}",
        }
        return {name: value[: limits.SHOWN] for name, value in found.items()}
