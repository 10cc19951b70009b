"""A list as a file: the rows that match, in machine form, no cell a formula.

``answer`` is what a list's page gives for ``?as=csv``: the file, or the page that offers to make
a long one in the background. ``write`` is what the background does.
"""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.db.models import IntegerField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify

from foundation.exports.versions import version_of
from foundation.exports.writers import TYPES, Csv, Workbook, Writer
from foundation.pages import keyset, surroundings
from foundation.pages.columns import Column
from foundation.pages.tables import Table
from foundation.storage import responses
from kernel.errors import DomainError
from kernel.money import Money

__all__ = ["INLINE", "TYPES", "Made", "TooManyRows", "answer", "download", "told", "write"]
INLINE, CHUNK, LIMIT, MOST = 1_000, 1_000, 10_000, 1_000_000
KINDS = {"csv": "CSV", "xlsx": "Excel"}
# Who wants to know of a file that was given at once: the trail of events does.
told: list[Callable[[HttpRequest, Table, str, "Made"], None]] = []


class TooManyRows(DomainError):
    """More rows than one file holds."""

    code = "too_many_rows"
    status = 422


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: how many rows, and the SHA-256 of head and rows as CSV."""

    rows: int
    sha256: str


def answer(request: HttpRequest, table: Table, kind: str, *, bom: bool = True) -> HttpResponse:
    """Return the file where it is short, else the page that offers to make it in the background."""
    first = next(chunks(table))
    if first.after:
        count = table.matching.order_by().count()
        context = {"table": table, "kind": kind, "count": count, "kinds": KINDS, "keys": ()}
        return render(request, "kit/export.html", context)
    return at_once(request, table, kind, bom=bom)


def at_once(request: HttpRequest, table: Table, kind: str, *, bom: bool = True) -> HttpResponse:
    """Return the file, and tell whoever wants to know."""
    out, at = io.BytesIO(), timezone.now()
    by = surroundings.of(request)
    made = write(table, kind, out, by=by.person, organisation=by.organisation, at=at, bom=bom)
    for tell in told:
        tell(request, table, kind, made)
    return _sent(out.getvalue(), kind, file_name(table, kind, at))


def download(table: Table, kind: str, *, name: str) -> HttpResponse:
    """Return the rows that match as ``name``.csv or .xlsx, sorted as shown. Raises TooManyRows."""
    out = io.BytesIO()
    write(table, kind, out, at=timezone.now(), most=LIMIT)
    return _sent(out.getvalue(), kind, f"{name}.{kind}")


def file_name(table: Table, kind: str, at: datetime) -> str:
    """Return what a list's file is called."""
    return f"{slugify(table.caption) or 'list'}-{at:%Y-%m-%d}.{kind}"


def write(
    table: Table,
    kind: str,
    out: BinaryIO,
    *,
    at: datetime,
    by: str = "",
    organisation: str = "",
    bom: bool = True,
    most: int = MOST,
    done: Callable[[int], None] = lambda rows: None,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Made:
    """Write the rows that match, sorted as shown; ``done`` hears how many after each thousand.

    Each thousand is read inside of ``around()``, a transaction of its own for a job. Raises
    TooManyRows.
    """
    sheet = _Sheet(table)
    writer: Writer
    if kind == "csv":
        writer = Csv(out, sheet.head, bom=bom)
    else:
        writer = Workbook(out, sheet.head, title=table.caption, kinds=sheet.kinds)
    rows, parts = 0, chunks(table)
    while True:
        with around():
            found = next(parts, None)
            if found is None:
                break
            rows += len(found.rows)
            if rows > most:
                raise TooManyRows(
                    f"This list has more than {most:,} rows, too many for one file. Narrow it by "
                    "search or filters and download it in parts."
                )
            for row in found.rows:
                writer.row(sheet.values(row))
        done(rows)
    made = Made(rows, writer.sha256.hexdigest())
    about = [
        ("Organisation", organisation),
        ("Made by", by),
        ("Made at", f"{at:%Y-%m-%d %H:%M} UTC"),
    ]
    writer.end(sheet.totals(), [*_about(table, made), *((a, b) for a, b in about if b)])
    return made


def chunks(table: Table) -> Iterator[keyset.Page]:
    """Yield the rows that match, a thousand at a time, complete."""
    column, descending = table.sort
    numbered = not table.brought and _versioned(table)
    fields = (*table.fields, "version") if table.fields and numbered else table.fields
    after = ""
    while True:
        found = keyset.page(
            table.matching,
            by=column.sort,
            descending=descending,
            size=CHUNK,
            after=after,
            fields=fields,
        )
        table.complete(found.rows)
        if table.brought:
            _stand(table, found.rows)
        yield found
        if not found.after:
            return
        after = found.after


def _stand(table: Table, rows: Any) -> None:
    """Give rows their values as the import reads them, and the name by which it knows them."""
    there = table.standing([row.pk for row in rows])
    for row in rows:
        values = {name: there[row.pk][name] for name in table.brought}
        row.brought = [there[row.pk].get("id", str(row.pk)), version_of(values), *values.values()]


class _Sheet:
    """Head, rows and totals of one list.

    What the import reads comes first, under the import's own names; then what else is shown.
    """

    def __init__(self, table: Table) -> None:
        self.brought = bool(table.brought)
        known = {name.casefold() for name in table.brought}
        self.columns = [each for each in table.shown if each.label.casefold() not in known]
        self.versioned = not self.brought and _versioned(table)
        titles = [(title, column.kind) for column in self.columns for title in _titles(column)]
        if self.brought:
            titles = [*((name, "text") for name in ("id", "version", *table.brought)), *titles]
        if self.versioned:
            titles = [("id", "text"), ("version", "number"), *titles]
        self.head, self.kinds = [title for title, _ in titles], [kind for _, kind in titles]
        self._sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def values(self, row: Any) -> list[Any]:
        """Return a row's cells, adding up what has a total."""
        found: list[Any] = [str(row.pk), row.version] if self.versioned else []
        if self.brought:
            found = [*row.brought]
        for column in self.columns:
            value = column.of(row)
            if column.kind in ("money", "rounded"):
                amount, currency = _money(value)
                if amount is not None:
                    self._sums[len(found)][currency] += amount
                found += [amount, currency]
                continue
            if column.totalled and value is not None:
                self._sums[len(found)][""] += Decimal(value)
            found.append(value[0] if column.kind == "badge" else value)
        return found

    def totals(self) -> list[list[Any]]:
        """Return a row for each currency; counts are summed in the first."""
        currencies = sorted(
            {currency for sums in self._sums.values() for currency in sums if currency}
        )
        rows = []
        for number, currency in enumerate(currencies or [""] * bool(self._sums)):
            row: list[Any] = ["Total", *[None] * (len(self.head) - 1)]
            for at, sums in self._sums.items():
                if currency and currency in sums:
                    row[at : at + 2] = sums[currency], currency
                elif number == 0 and "" in sums:
                    row[at] = sums[""]
            rows.append(row)
        return rows


def _titles(column: Column) -> list[str]:
    if column.kind in ("money", "rounded"):
        return [column.label, f"{column.label} currency"]
    return [column.label]


def _money(value: Any) -> tuple[Decimal | None, str]:
    if value is None:
        return None, ""
    if isinstance(value, Money):
        return value.amount, value.currency
    return Decimal(value[0]), value[1]


def _versioned(table: Table) -> bool:
    """Return whether the list's rows have versions: then a file of them can be sent back."""
    fields = table.matching.model._meta.concrete_fields
    return any(field.name == "version" and isinstance(field, IntegerField) for field in fields)


def _about(table: Table, made: Made) -> list[tuple[str, str]]:
    column, descending = table.sort
    facts = [("List", table.caption), ("Rows", str(made.rows))]
    facts += table.facts
    facts += [("Filter", chip.label) for chip in table.chips]
    way = "descending" if descending else "ascending"
    facts.append(("Sorted by", f"{column.label}, {way}"))
    return [*facts, ("SHA-256 of the rows", made.sha256)]


def _sent(content: bytes, kind: str, name: str) -> HttpResponse:
    return responses.attached(content, name=name, media_type=TYPES[kind])
