"""Reports that come in several files (``1of2``, ``2of2``): the parts held against each other.

Every part has the whole report's summary records, and blocks of its own. So what no block allocates
can be told only once all parts are there: it goes with the part that completes the report.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from integrations.files.contract import CellError
from integrations.files.dsr_lines import Summaries
from integrations.files.dsr_records import Record
from integrations.files.outcomes import NOTE, REJECTED

Part = Mapping[str, Any]
_SAME = (
    "Profile", "SenderPartyId", "ServiceDescription", "RecipientPartyId", "UsageStartDate",
    "UsageEndDate", "NumberOfFiles",
)  # fmt: skip


def count_of(head: Record | None) -> int:
    """Return in how many files the report comes, by its header."""
    return _whole(head, "NumberOfFiles") or 1


def report_of(head: Record | None, name: str) -> str:
    """Return what names a report that comes in several files, the same for each part; else ''.

    The name's own part number and time are left out; its territory and period are not.
    """
    if head is None or count_of(head) == 1:
        return ""
    named = name.removesuffix(".gz").removesuffix(".tsv").split("_")
    named = named[:-2] if name.startswith("DSR_") else []
    return sha256(repr(([head.get(cell) for cell in _SAME], named)).encode()).hexdigest()


def part_of(
    head: Record, foot: Record | None, name: str, summaries: Summaries, counted: Mapping[str, int]
) -> dict[str, Any]:
    """Return what the other parts have to know of this one. ``counted``: lines, remarks, blocks."""
    return {
        "report": report_of(head, name),
        "number": _whole(head, "FileNumber"),
        "count": count_of(head),
        "summaries": summaries.fingerprint(),
        "allocated": summaries.allocated(),
        **counted,
        "lines_in_report": _whole(foot, "NumberOfLinesInReport"),
        "blocks_in_report": _whole(foot, "NumberOfBlocksInReport"),
        "completes": [],
    }


def completes(part: Part, others: Sequence[Part]) -> bool:
    """Return whether the report is whole with this part, and no other took that on itself."""
    numbers = {part["number"], *(other["number"] for other in others)}
    taken = any(other["completes"] for other in others)
    return not taken and numbers == set(range(1, part["count"] + 1))


def missing(part: Part, others: Sequence[Part]) -> list[int]:
    """Return the numbers of the parts that haven't come."""
    there = {part["number"], *(other["number"] for other in others)}
    return [number for number in range(1, part["count"] + 1) if number not in there]


def findings(part: Part, others: Sequence[Part], head: Record) -> Iterator[CellError]:
    """Yield where the parts of a report depart from each other; other parts know their ``file``."""
    number, count = part["number"], part["count"]

    def found(column: str, code: str, message: str, outcome: str = REJECTED) -> CellError:
        said = f"{number} of {count}"
        return CellError(head.row, column, said, code, message, "", outcome)

    for other in others:
        if other["number"] == number:
            told = f"Part {number} of {count} came before, in {other['file']}."
            yield found("FileNumber", "dsr_part_twice", f"{told} Take that one back first.")
        elif other["summaries"] != part["summaries"]:
            told = f"The summary records differ from those of part {other['number']}"
            yield found("SummaryRecordId", "dsr_parts_differ", f"{told} ({other['file']}).")
    parts = [part, *others]
    yield from _counts(parts, found, whole=completes(part, others))
    if wanted := missing(part, others):
        names = ", ".join(map(str, wanted[:20]))
        told = f"Part {number} of {count}. Still to come: {names}. What no block allocates counts "
        yield found("FileNumber", "dsr_parts_missing", f"{told}with the last part to come.", NOTE)


def _counts(parts: Sequence[Part], found: Any, *, whole: bool) -> Iterator[CellError]:
    """Hold what the parts say of the whole report against each other and against the parts."""
    lines = sum(each["lines"] for each in parts)
    true = {
        "lines_in_report": ("NumberOfLinesInReport", {lines, lines - _remarks(parts)}),
        "blocks_in_report": ("NumberOfBlocksInReport", {sum(each["blocks"] for each in parts)}),
    }
    for name, (column, counted) in true.items():
        said = sorted({each[name] for each in parts if each[name]})
        if len(said) > 1:
            told = " and ".join(map(str, said[:3]))
            yield found(column, "dsr_count", f"The parts say {column} {told}.")
        elif whole and said and said[0] not in counted:
            told = f"The parts say {column} {said[0]}; together they have {max(counted)}."
            yield found(column, "dsr_count", told)


def _remarks(parts: Sequence[Part]) -> int:
    return sum(each["remarks"] for each in parts)


def _whole(record: Record | None, cell: str) -> int:
    text = record.get(cell) if record is not None else ""
    return int(text[:9]) if text.isascii() and text.isdecimal() else 0
