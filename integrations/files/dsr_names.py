"""What a DSR file's name says, held against what the file says."""

import re

from integrations.files.contract import CellError
from integrations.files.days import span
from integrations.files.dsr_records import Record
from integrations.files.outcomes import NOTE, REJECTED
from integrations.files.places import Gazetteer, loose

_NAME = re.compile(
    r"DSR_(?P<recipient>[^_]+)_(?P<sender>[^_]+)_(?P<service>.+)_(?P<period>[^_]+)_"
    r"(?P<territory>[^_]+)_(?P<number>[0-9]{1,6})of(?P<count>[0-9]{1,6})_"
    r"(?P<stamp>[0-9]{8}T[0-9]{6})\.tsv(?:\.gz)?\Z"
)
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2,3}\Z")
_WIDE = ("multi", "worldwide")


def name_findings(name: str, head: Record) -> list[CellError]:
    """Return where the name and the header row disagree; a name of another form is a note."""
    match = _NAME.match(name)
    if match is None:
        return [
            _found(
                head.row,
                "file name",
                name,
                "dsr_name_form",
                "The name is not DSR_Recipient_Sender_Service_Period_Territory_xofy_time.tsv; "
                "its parts can't be held against the file.",
                NOTE,
            )  # fmt: skip
        ]
    found = [*_numbers(match, head), *_period(match["period"], head)]
    for part, cells in (
        ("recipient", ("RecipientName", "RecipientPartyId")),
        ("sender", ("SenderName", "SenderPartyId")),
        ("service", ("ServiceDescription",)),
    ):
        said = [text for cell in cells if (text := head.get(cell))]
        if said and loose(match[part]) not in [loose(text) for text in said]:
            found.append(
                _found(
                    head.row,
                    cells[0],
                    match[part],
                    f"dsr_name_{part}",
                    f"The file's name says {match[part]!r}, the header {' or '.join(said)}.",
                    NOTE,
                )  # fmt: skip
            )
    territory = match["territory"]
    if territory.lower() not in _WIDE and Gazetteer().code(territory) is None:
        found.append(
            _found(
                head.row,
                "file name",
                territory,
                "dsr_name_territory",
                f"The name's territory {territory[:20]!r} is not known.",
                NOTE,
            )  # fmt: skip
        )
    return found


def _numbers(match: re.Match[str], head: Record) -> list[CellError]:
    found = []
    number, count = int(match["number"]), int(match["count"])
    if not 1 <= number <= count:
        found.append(
            _found(
                head.row,
                "file name",
                f"{number}of{count}",
                "dsr_name_number",
                f"The name says file {number} of {count}.",
            )  # fmt: skip
        )
    for cell, named in (("FileNumber", number), ("NumberOfFiles", count)):
        said = head.get(cell)
        if said.isascii() and said.isdecimal() and int(said[:15]) != named:
            found.append(
                _found(
                    head.row,
                    cell,
                    said,
                    "dsr_name_number",
                    f"{cell} is {said[:15]}; the file's name says {named}.",
                )  # fmt: skip
            )
    return found


def _period(text: str, head: Record) -> list[CellError]:
    start, end = span(head.get("UsageStartDate")), span(head.get("UsageEndDate"))
    if start is None or end is None or _WEEK.match(text):
        return []
    first, dashes, last = text.partition("--")
    named, until = span(first), span(last) if dashes else None
    ends = until[1] if until else named[1] if named else None
    if named is None or ends is None:
        return [
            _found(
                head.row,
                "file name",
                text,
                "dsr_name_period",
                f"The name's period {text[:30]!r} can't be read.",
                NOTE,
            )  # fmt: skip
        ]
    if (named[0], ends) == (start[0], end[1]):
        return []
    return [
        _found(
            head.row,
            "UsageStartDate",
            head.get("UsageStartDate"),
            "dsr_name_period",
            f"The header's usage runs from {start[0]} to {end[1]}; the file's name says {text}.",
        )  # fmt: skip
    ]


def _found(
    row: int, column: str, value: str, code: str, message: str, outcome: str = REJECTED
) -> CellError:
    return CellError(row, column, value[:120], code, message, "", outcome)
