"""A compliance report as data, as CSV and as a workbook: the findings that its page shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from foundation.api import written
from foundation.exports.writers import TYPES, Csv, Workbook, Writer
from royalties.selectors.compliance import Report, Section
from royalties.selectors.compliance_words import Finding

__all__ = ["TYPES", "file_name", "plain", "write"]
HEAD = {
    "Licence": "text", "Code": "text", "Certain": "text", "Finding": "text", "What": "text",
    "Clause": "text", "Work": "text", "Lines": "number", "Units": "number", "Money": "text",
    "How much": "text", "Where": "text", "Next": "text",
}  # fmt: skip
CELL = 32_000  # a workbook's cell holds no more than 32,767 characters


def file_name(report: Report, kind: str) -> str:
    """Return what the file is called."""
    return f"compliance-{report.reference}-{report.label}.{kind}".replace(" ", "-")


def write(
    report: Report, kind: str, out: BinaryIO, *, by: str, organisation: str, at: datetime
) -> tuple[int, str]:
    """Write the findings, one a row; return how many rows, and the SHA-256 of them as CSV."""
    writer: Writer
    if kind == "csv":
        writer = Csv(out, list(HEAD), bom=True)
    else:
        writer = Workbook(out, list(HEAD), title="Compliance", kinds=list(HEAD.values()))
    count = 0
    for row in _rows(report):
        writer.row([one[:CELL] if isinstance(one, str) else one for one in row])
        count += 1
    sha256 = writer.sha256.hexdigest()
    about = [
        ("This file", "What a licensee used, paid and reported, held against its licences"),
        ("Licensee", f"{report.name} ({report.reference})"),
        ("Period", report.label),
        ("Findings", f"{report.breaches} for certain, {report.open} that can't be told"),
        ("Lines looked at", str(report.lines)),
        ("As known at", report.at.isoformat()),
        ("Organisation", organisation),
        ("Made by", by),
        ("Made at", f"{at:%Y-%m-%d %H:%M} UTC"),
        ("SHA-256 of the rows", sha256),
    ]
    writer.end([], [pair for pair in about if pair[1]])
    return count, sha256


def _rows(report: Report) -> Iterator[list[Any]]:
    for section in report.sections:
        name = section.license.code if section.license else ""
        if not section.findings:
            yield [name, "", "", "Nothing found", *[None] * 9]
        for one in section.findings:
            yield [
                name, one.code, "yes" if one.sure else "no", one.title, one.what, one.clause,
                str(one.work or ""), one.lines, one.units,
                "; ".join(f"{written.exact(sum_)} {code}".strip() for sum_, code in one.money),
                one.quantity, one.where, one.then,
            ]  # fmt: skip


def plain(report: Report) -> dict[str, Any]:
    """Return a report as JSON-ready data, each row of each file named."""
    return {
        "licensee": str(report.licensee),
        "name": report.name,
        "period": report.label,
        "first_day": written.day(report.period.start),
        "last_day": written.last_day(report.period.end),
        "known_at": written.moment(report.at),
        "lines": report.lines,
        "breaches": report.breaches,
        "open": report.open,
        "sections": [_section(one) for one in report.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    license = section.license
    return {
        "license": str(license.id) if license else None,
        "code": license.code if license else None,
        "instalments": [
            {
                "label": one.label,
                "due": written.day(one.due),
                "amount": written.exact(one.amount),
                "left": written.exact(one.left),
                "currency": one.currency,
                "state": one.word.replace(" ", "_"),
                "paid_on": written.day(one.paid_on),
            }
            for one in section.due
        ],
        "reports": [
            {
                "source": source,
                "period": cell.period,
                "due": written.day(cell.due_on),
                "state": cell.state,
                "on": written.day(cell.on),
            }
            for source, cell in section.reports
        ],
        "findings": [_finding(one) for one in section.findings],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "certain": one.sure,
        "title": one.title,
        "what": one.what,
        "clause": one.clause,
        "work": str(one.work) if one.work else None,
        "lines": one.lines,
        "units": written.exact(one.units),
        "money": [
            {"amount": written.exact(amount), "currency": currency}
            for amount, currency in one.money
        ],
        "quantity": one.quantity,
        "rows": [
            {"file": str(rows.file), "name": rows.name, "rows": rows.ranges} for rows in one.rows
        ],
        "next": one.then,
    }
