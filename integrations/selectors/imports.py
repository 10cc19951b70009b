"""Questions about imports: figures, findings, which rows still wait for a correction."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from integrations.files.outcomes import NOTE
from integrations.models import Import
from kernel.errors import DomainError

NO_CURRENCY = ("currency_unknown", "currency_missing")
Ranges = list[list[int]]


class UnknownImport(DomainError):
    """No import of this organisation is meant, or more than one."""

    code = "unknown_import"
    status = 404


def corrected_by(headings: list[str]) -> Import:
    """Return the import that an errors file with these headings belongs to.

    That is the only one with open rows under the same headings, whatever their order. Raises
    UnknownImport where there is none or more than one.
    """
    wanted = sorted(headings)
    standing = Import.objects.standing().filter(corrects=None, bad_file__isnull=False)
    found = [
        row
        for row in standing.defer("findings").order_by("-begun_at")
        if sorted(row.detection.get("headers", [])) == wanted and open_rows(row)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownImport(
            "The file has the columns of an errors file, and no import has open rows under its "
            "headings. Import the first file first."
        )
    raise UnknownImport(
        f"{len(found)} imports have open rows under these headings. Name the one that is meant by "
        "its file's SHA-256.",
        imports=[{"file": row.file_name, "sha256": row.sha256} for row in found],
    )


def family(first: Import) -> list[Import]:
    """Return an import and its checked corrections, in the order they came."""
    checked = first.corrections.filter(
        state__in=(Import.State.VALIDATED, Import.State.COMMITTED)
    ).order_by("begun_at", "id")
    return [first, *checked]


def open_rows(first: Import) -> dict[int, int]:
    """Return the rows still not accepted: row number to its place in ``family(first)``."""
    held: dict[int, int] = {}
    for at, member in enumerate(family(first)):
        for row in _numbers(member.figures.get("replaces", [])):
            held.pop(row, None)
        for row in _numbers(member.figures.get("bad_rows", [])):
            held[row] = at
    return held


def waits_for_currency(first: Import) -> bool:
    """Return whether open rows of an import, corrections counted in, name no known currency."""
    members = family(first)
    return any(
        group["code"] in NO_CURRENCY and group["outcome"] != NOTE
        for place in set(open_rows(first).values())
        for group in members[place].findings.get("groups", [])
    )


def as_ranges(rows: Iterable[int]) -> Ranges:
    """Return row numbers as ranges, both ends included, smallest first."""
    found: Ranges = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return found


def _numbers(ranges: Ranges) -> Iterable[int]:
    return (row for first, last in ranges for row in range(first, last + 1))


def answer(row: Import) -> dict[str, Any]:
    """Return the figures of an import as ``import_sales --json`` prints them."""
    figures = row.counted()
    totals = [
        {
            "currency": total["currency"] or None,
            "reported": total["reported"],
            "accepted": total["accepted"],
        }
        for total in figures["totals"]
    ]
    only = totals[0] if len(totals) == 1 else {"currency": None, "reported": None, "accepted": None}
    return {
        "file": row.file_name,
        "sha256": row.sha256,
        "profile": row.profile,
        "rows_read": figures["rows_read"],
        "accepted": figures["accepted"],
        "quarantined": figures["quarantined"],
        "rejected": figures["rejected"],
        "reported_total": only["reported"],
        "accepted_total": only["accepted"],
        "currency": only["currency"],
        "totals": totals,
        "errors": [
            {name: error[name] for name in ("row", "column", "code", "message")}
            for error in row.findings.get("errors", [])
            if error["outcome"] != "note"
        ],
    }


def differs(row: Import) -> bool:
    """Return whether the file reports another total than what is accepted, in any currency."""
    return any(
        total["reported"] is not None and Decimal(total["reported"]) != Decimal(total["accepted"])
        for total in row.counted()["totals"]
    )
