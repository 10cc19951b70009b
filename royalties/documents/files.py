"""Which files a statement comes as, and how each is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db.models import Sum

from kernel.errors import DomainError
from royalties.documents import plain, proof, workbook
from royalties.documents.asked import Asked
from royalties.models import RunResult, Statement

INLINE_ROWS = 1_000


class UnknownFormat(DomainError):
    """A statement doesn't come as this kind of file."""

    code = "unknown_format"
    status = 422


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file; ``quick`` where a page may wait for it."""

    media_type: str
    write: Callable[[Statement, BinaryIO, Asked], None]
    quick: bool = True
    suffix: str = ""  # of the file's name, where the kind itself is none
    label: str = ""  # where the kind in capitals is none


def _as_pdf(statement: Statement, file: BinaryIO, asked: Asked) -> None:
    # WeasyPrint takes a second of CPU and much memory to import: only where a PDF is written.
    from royalties.documents import pdf

    pdf.write(statement, file, asked)


FORMATS = {
    "pdf": Format("application/pdf", _as_pdf, quick=False),
    "csv": Format("text/csv; charset=utf-8", plain.write_csv),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.write
    ),
    "json": Format("application/json", plain.write_json),
    "proof": Format(
        "application/zip", proof.write, quick=False, suffix="proof.zip", label="Proof pack"
    ),
}


def write(
    statement: Statement,
    kind: str,
    file: BinaryIO,
    *,
    by: str,
    at: datetime,
    bom: bool = True,
) -> None:
    """Write a statement into ``file`` as pdf, csv, xlsx, json or proof. Raises UnknownFormat.

    ``by`` and ``at`` say who asked and when (a workbook keeps them); ``bom`` begins a CSV with the
    mark by which spreadsheets know UTF-8.
    """
    _format(kind).write(statement, file, Asked(by, at, bom))


def made_at_once(statement: Statement, kind: str) -> bool:
    """Return whether a page may write this file itself; else ask for a job."""
    return _format(kind).quick and _is_short(statement)


def each_at_once(statement: Statement, kinds: Iterable[str]) -> dict[str, bool]:
    """Return the same for several kinds, in one question."""
    short = _is_short(statement)
    return {kind: short and _format(kind).quick for kind in kinds}


def _is_short(statement: Statement) -> bool:
    results = [part["result"] for part in statement.content["deals"]]
    held = RunResult.objects.filter(pk__in=results).aggregate(rows=Sum("cells_count"))
    return bool((held["rows"] or 0) <= INLINE_ROWS)


def media_type(kind: str) -> str:
    """Return what a file of this kind is served as."""
    return _format(kind).media_type


def label(kind: str) -> str:
    """Return what a file of this kind is called on a page."""
    return _format(kind).label or kind.upper()


def file_name(statement: Statement, kind: str) -> str:
    """Return a file's name, without a person's: statement-2026-Q1-00001-USD.pdf."""
    suffix = _format(kind).suffix or kind
    return f"statement-{statement.number}-{statement.currency}.{suffix}"


def _format(kind: str) -> Format:
    try:
        return FORMATS[kind]
    except KeyError:
        raise UnknownFormat(
            f"A statement doesn't come as {kind!r}. Choose {', '.join(FORMATS)}.", format=kind
        ) from None
