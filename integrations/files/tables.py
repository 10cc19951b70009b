"""Sales tables (CSV, TSV, XLSX) read under a profile: detect, map, validate."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from integrations.files import limits
from integrations.files.batches import batches
from integrations.files.bulk import BulkReader
from integrations.files.contract import CellError, Detection, Mapping, Reading, Validation
from integrations.files.headers import (
    FITS,
    OUR_COLUMNS,
    Fit,
    Headings,
    best_fits,
    decimal_style,
    refuse_missing_columns,
    settled,
    unique_headings,
)  # fmt: skip
from integrations.files.numerals import plain_number
from integrations.files.outcomes import ACCEPTED, REJECTED, Tally
from integrations.files.places import loose
from integrations.files.rows import RowReader
from integrations.files.sinks import BadSink, LineSink
from integrations.files.texts import Row, TextTable
from integrations.files.workbooks import Workbook
from integrations.profiles.profile import Profile, Skip, heading
from kernel.currencies import MINOR_UNITS

Table = TextTable | Workbook
_TOTAL = re.compile(
    r"(?P<sub>sub ?)?(?:grand |overall |report )?totals?"
    r"(?: (?:amount|earnings|revenue|due|payable|paid|net|royalt(?:y|ies)|for period|[a-z]{3}))?\Z"
)
_COUNT = re.compile(r"totals? (?:number of )?(?:rows|records|lines|units|quantity|count)\b")


@dataclass
class Request:
    """What one reading is asked for. ``name`` is the file's name as its owner knows it."""

    path: Path
    name: str
    folder: Path
    sha256: str
    size: int
    profiles: list[Profile] = field(default_factory=list)
    chosen: Profile | None = None
    detect_only: bool = False
    currency: str = ""
    reported: dict[str, str] = field(default_factory=dict)
    decimal: str = ""
    sheet: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    header_row: int = 0
    report_progress: Callable[[int, list[CellError]], None] = lambda rows, found: None


@dataclass
class _Layout:
    """The header as read: our own columns (of an errors file) apart from the file's."""

    headings: Headings
    names: list[str]
    keep: list[int] | None = None
    row_at: int | None = None
    width: int = 0

    @classmethod
    def of(cls, cells: list[str]) -> "_Layout":
        lowered = [cell.strip().lower() for cell in cells]
        if "_row" not in lowered:
            headings = Headings(cells)
            return cls(headings, unique_headings(headings.cells), width=len(cells))
        keep = [at for at, cell in enumerate(lowered) if cell not in OUR_COLUMNS]
        headings = Headings([cells[at] for at in keep])
        return cls(headings, unique_headings(headings.cells), keep, lowered.index("_row"))

    def own(self, row: int, cells: list[str]) -> tuple[int | None, list[str]]:
        """Return the file's own row number (None: unreadable) and the cells that are the file's."""
        if self.keep is None or self.row_at is None:
            return row, cells
        text = cells[self.row_at].strip() if self.row_at < len(cells) else ""
        own = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
        return own, [cells[at] if at < len(cells) else "" for at in self.keep]


def read_table(table: Table, asked: Request) -> Reading:
    """Return the reading of a table; rows go to Parquet files in the request's folder."""
    fits, sample = _fits(table, asked)
    detection = _detection(table, asked, fits, sample)
    best = fits[0] if fits and (asked.chosen or fits[0].score >= FITS) else None
    if best is None:
        return Reading(detection, Mapping(), Validation())
    header = next(cells for number, cells in sample if number == best.row) if best.row else []
    layout = _Layout.of(header)
    detection.profile = best.profile.name
    detection.header_row, detection.headers = best.row, layout.names
    detection.resubmission = layout.row_at is not None
    detection.decimal = asked.decimal or decimal_style(
        best.profile, layout.headings, [(n, layout.own(n, c)[1]) for n, c in sample], best.row
    )
    reader = RowReader(
        best.profile, layout.headings, layout.names,
        style=detection.decimal, preamble=_preamble(best.profile, sample, best.row),
        currency=asked.currency,
    )  # fmt: skip
    mapping = Mapping(reader.columns, reader.dropped(), reader.missing())
    mapping.preview = _preview(reader, layout, sample, best.row)
    if asked.detect_only:
        return Reading(detection, mapping, Validation())
    refuse_missing_columns(best.profile, mapping, detection)
    return _TableReading(table, asked, layout, reader, best.row).all(detection, mapping)


def _fits(table: Table, asked: Request) -> tuple[list[Fit], list[Row]]:
    """Return the profiles by fit, on the sheet where the best one fits, and the first rows."""
    profiles = [asked.chosen] if asked.chosen else asked.profiles
    sheets = [""]
    if isinstance(table, Workbook):
        wanted = [asked.sheet] if asked.sheet else [p.sheet for p in profiles if p.sheet]
        first = [name for name in wanted if name in table.sheets()]
        rest = [] if asked.sheet else table.sheets()
        sheets = list(dict.fromkeys([*first, *rest]))[:10] or [""]
    best: tuple[int, str, list[Fit], list[Row]] | None = None
    for sheet in sheets:
        if isinstance(table, Workbook) and sheet:
            table.choose(sheet)
        sample = [(n, cells) for n, cells in islice(table.rows(), limits.SAMPLE_ROWS)]
        fits = best_fits(profiles, sample, asked.header_row)
        score = fits[0].score if fits else 0
        if best is None or score > best[0]:
            best = (score, sheet, fits, sample)
    assert best is not None
    if isinstance(table, Workbook) and best[1]:
        table.choose(best[1])
    return settled(best[2], best[3]), best[3]


def _detection(table: Table, asked: Request, fits: list[Fit], sample: list[Row]) -> Detection:
    found = Detection(table.kind, asked.sha256, asked.size)
    found.encoding, found.delimiter, found.sheet = table.encoding, table.delimiter, table.sheet
    found.sheets = table.sheets()
    found.reasons = [table.reason]
    found.candidates = [one.candidate() for one in fits[:5] if one.score]
    found.raw = [
        [str(number), *(cell[: limits.SHOWN] for cell in cells[:60])]
        for number, cells in sample[: limits.PREVIEW_ROWS]
    ]
    return found


def _preamble(profile: Profile, sample: list[Row], header_row: int) -> dict[str, str]:
    """Return what the rows above the header say for the columns that look there."""
    found: dict[str, str] = {}
    for name, column in profile.columns.items():
        for label in column.preamble:
            for number, cells in sample:
                if number < header_row and name not in found:
                    if value := _labelled(label, cells):
                        found[name] = value
    return found


def _labelled(label: str, cells: list[str]) -> str:
    for at, cell in enumerate(cells):
        if heading(cell) == heading(label):
            return next((other.strip() for other in cells[at + 1 :] if other.strip()), "")
        head, colon, tail = cell.partition(":")
        if colon and heading(head) == heading(label):
            return tail.strip()
    return ""


def _preview(
    reader: RowReader, layout: _Layout, sample: list[Row], header_row: int
) -> list[dict[str, str]]:
    found = []
    for number, cells in sample:
        if number > header_row and any(cell.strip() for cell in cells):
            own, cells = layout.own(number, cells)
            line = reader.line(own or number, cells)
            shown = {name: str(value) for name, value in line.fields.items() if value is not None}
            found.append({"_row": str(own or number), "_outcome": line.outcome, **shown})
            if len(found) == limits.PREVIEW_ROWS:
                break
    return found


def _skips(rule: Skip, cell: str) -> bool:
    text = loose(cell)
    return (rule.empty and not text) or text in rule.equals


class _TableReading:
    """Takes every row to its place: skipped by a rule, accepted, quarantined or rejected."""

    def __init__(
        self, table: Table, asked: Request, layout: _Layout, reader: RowReader, header_row: int
    ) -> None:
        self.table, self.asked, self.layout, self.reader = table, asked, layout, reader
        self.header_row, self.width = header_row, layout.width
        self.tally = Tally()
        self.lines = LineSink(asked.folder)
        self.bad = BadSink(asked.folder, layout.names)
        self.skips = [
            (rule, at)
            for rule in reader.profile.skip
            if (at := layout.headings.find(rule.header)) is not None
        ]
        self.anchors = [
            reader.getters[name]
            for name in ("isrc", "upc", "iswc", "own", "sold_on")
            if name in reader.getters and not reader.columns[name].startswith("= ")
        ]

    def all(self, detection: Detection, mapping: Mapping) -> Reading:
        """Read all rows below the header."""
        if self.layout.keep is None and isinstance(self.table, TextTable) and self.header_row:
            self._in_bulk(self.table)
        else:
            for number, cells in self.table.rows():
                if number > self.header_row:
                    self._one(number, cells)
        validation = self.tally.validation(self.asked.reported)
        lines, bad = self.lines.close(), self.bad.close()
        validation.scales = self.lines.scales
        return Reading(detection, mapping, validation, lines, bad)

    def _in_bulk(self, table: TextTable) -> None:
        """Read batches of rows; those in doubt one by one, all in the file's order."""
        marks = self._stands_out if self.reader.profile.totals else None
        skips = [(functools.partial(_skips, rule), at) for rule, at in self.skips]
        bulk = BulkReader(self.reader, marks, skips)
        for batch in batches(table, self.header_row, self.width):
            found = bulk.read(batch)
            if len(found.numbers):
                self.tally.take_bulk(found.fields["amount"], found.fields["currency"])
            self.lines.add_bulk(found)
            doubtful = [batch.row(at) for at in found.doubtful]
            for number, cells in sorted([*doubtful, *batch.odd], key=lambda row: row[0]):
                self._one(number, cells)
            self.lines.settle()
            self.asked.report_progress(self.tally.rows_read, self.tally.errors)

    def _one(self, number: int, cells: list[str]) -> None:
        own, cells = self.layout.own(number, cells)
        if not any(map(str.strip, cells)) or self._skipped(own or number, cells):
            return
        self._take(own, number, cells)
        if self.tally.rows_read % limits.BATCH_ROWS == 0:
            self.asked.report_progress(self.tally.rows_read, self.tally.errors)

    def _take(self, own: int | None, number: int, cells: list[str]) -> None:
        row = own or number
        line = self.reader.line(row, cells)
        if own is None:
            line.outcome = REJECTED
            line.errors.append(
                CellError(
                    row,
                    "_row",
                    "",
                    "row_number_unreadable",
                    "The row has lost its number. Keep the _row column as it was.",
                )  # fmt: skip
            )
        self.tally.take(line.currency, line.amount)
        self.tally.settle(line.outcome, line.currency, line.amount, line.errors)
        if line.outcome == ACCEPTED:
            self.lines.add(row, line.fields)
        else:
            told = "; ".join(
                f"{error.column}: {error.message}"
                for error in line.errors
                if error.outcome != "note"
            )
            self.bad.add(row, told, line, self.reader.in_style(cells))

    def _skipped(self, row: int, cells: list[str]) -> bool:
        for rule, at in self.skips:
            if _skips(rule, cells[at] if at < len(cells) else ""):
                self.tally.skip(row, rule.name, " | ".join(c for c in cells if c.strip()))
                return True
        return self.reader.profile.totals and self._is_total(row, cells)

    def _is_total(self, row: int, cells: list[str]) -> bool:
        label_at = next(at for at, cell in enumerate(cells) if cell.strip())
        if not self._stands_out(cells[label_at]):
            return False
        label = loose(cells[label_at]).replace("_", " ")
        match, counts = _TOTAL.match(label), _COUNT.match(label)
        others = [cell if at != label_at else "" for at, cell in enumerate(cells)]
        if match and not self._is_bare(others) and any(g(others).strip() for g in self.anchors):
            return False
        self.tally.skip(row, "Total row", " | ".join(c for c in cells if c.strip()))
        if match and not counts and not match["sub"]:
            self._report(others)
        return True

    def _stands_out(self, cell: str) -> bool:
        """Return whether a cell may be the label of a total."""
        if cell.strip()[:1].lower() not in ("t", "s", "g", "o", "r"):
            return False
        label = loose(cell).replace("_", " ")
        return bool(_TOTAL.match(label) or _COUNT.match(label))

    def _is_bare(self, cells: list[str]) -> bool:
        """Return whether a row is too short for a sales line: a word, a number, a currency."""
        filled = sum(1 for cell in cells if cell.strip())
        amount = self.reader.getters["amount"](cells) if "amount" in self.reader.getters else ""
        return filled <= 2 and len(self.layout.names) >= 8 and not amount.strip()

    def _report(self, cells: list[str]) -> None:
        style = self.reader.style
        amount = self.reader.getters.get("amount")
        plain = plain_number(amount(cells), style) if amount else None
        if plain is None:
            numbers = [p for cell in cells if (p := plain_number(cell, style)) is not None]
            plain = numbers[0] if len(numbers) == 1 else None
        if plain is None:
            return
        code = next((c.strip().upper() for c in cells if c.strip().upper() in MINOR_UNITS), "")
        named = self.reader.columns.get("currency", "")
        if not code and named.startswith("= "):
            code = named[2:]
        self.tally.report(code, plain)
