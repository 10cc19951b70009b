"""What accepted files say a licensee used: lines alike together, exact, each with its rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from kernel.errors import DomainError
from rights.engine.boxes import Window
from royalties.engine.compliance import Rows, Use
from royalties.linestore import blocks
from royalties.linestore.sources import key
from royalties.models import FileSource, MatchKey, Rematch, SalesBlock, SalesFile
from territories.geography import expressions, resolver
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet
from territories.selectors import atlas as atlases

A_DAY = timedelta(days=1)
ALIKE = ("territory", "right_type", "sold_on", "usage_end", "currency")
FIGURES = ("units", "amount")
WANTED = [blocks.KEY, blocks.ROW, "source", *ALIKE, *FIGURES]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines whose work isn't decided yet, and their days."""

    rows: Rows
    window: Window


@dataclass(slots=True)
class Found:
    """Uses whose work is known, and the lines that wait for a decision."""

    uses: list[Use] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


def of_sources(keys: Collection[str], since: date | None, until: date) -> Found:
    """Return what sources report as used before ``until`` in files whose days end after ``since``
    (None: all files). Five questions, however many files and licences there are."""
    named = FileSource.objects.filter(key__in=list(keys), file__reversed_at=None)
    if since is not None:
        named = named.filter(file__end_day__gt=since)
    files = {
        one.pk: one
        for one in SalesFile.objects.filter(pk__in=named.values("file")).order_by("end_day", "id")
    }
    works = _works(files)
    raw: list[tuple[SalesFile, dict[str, Any]]] = []
    data = SalesBlock.objects.filter(file__in=list(files)).order_by("file", "number")
    for file_id, content in data.values_list("file_id", "data").iterator(chunk_size=4):
        raw += [(files[file_id], row) for row in _alike(blocks.unpacked(content, WANTED), keys)]
    places = _Places(row["territory"] for _, row in raw)
    found = Found()
    for file, row in raw:
        _take(found, file, row, works.get((file.pk, row[blocks.KEY])), places, until)
    return found


def _works(files: Mapping[UUID, SalesFile]) -> dict[tuple[UUID, int], UUID]:
    """Return which work each key of some files is now: decided, or moved since."""
    rows = MatchKey.objects.filter(file__in=list(files), work__isnull=False)
    found = {(file, n): work for file, n, work in rows.values_list("file_id", "number", "work_id")}
    moved = Rematch.objects.filter(key__file__in=list(files), sign=1).order_by("made_at", "pk")
    for file, number, work in moved.values_list("key__file_id", "key__number", "work_id"):
        found[file, number] = work
    return found


def _take(
    found: Found,
    file: SalesFile,
    row: dict[str, Any],
    work: UUID | None,
    places: "_Places",
    until: date,
) -> None:
    window, day = _days(file, row)
    if window.low >= until:
        return
    rows = Rows(file.pk, file.name, tuple(sorted(row["rows"])))
    if work is None:
        found.waiting.append(Waiting(rows, window))
        return
    right = (row["right_type"] or "").strip().lower()
    known = right_types().get(right)
    told = None if known is None or right == "any" else SpanSet((known.span,))
    money = () if row["amount"] is None else ((row["amount"], row["currency"] or ""),)
    territory = row["territory"] or ""
    spans = places.of(territory, window.low)
    found.uses.append(
        Use(work, right, territory, told, spans, window, day, row["units"], money, rows)
    )


def _days(file: SalesFile, row: dict[str, Any]) -> tuple[Window, date | None]:
    """Return the days of a use: those that its lines name, else all that their file reports."""
    if not row["sold_on"]:
        return Window(file.first_day, file.end_day), None
    first = date.fromisoformat(row["sold_on"])
    last = date.fromisoformat(row["usage_end"]) if row["usage_end"] else first
    if last <= first:
        return Window(first, first + A_DAY), first
    return Window(first, last + A_DAY), None


def _alike(table: pa.Table, keys: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield a block's lines of some sources, those alike in one, figures summed exactly."""
    if "source" not in table.column_names or blocks.ROW not in table.column_names:
        return
    source = table.column("source").cast(pa.string())
    spelled = [one for one in pc.unique(source).to_pylist() if one and key(one) in keys]
    table = table.filter(pc.is_in(source, value_set=pa.array(spelled, pa.string())))
    if not table.num_rows:
        return
    scales = {name: _scale(table, name) for name in FIGURES if name in table.column_names}
    columns = {name: _text(table, name) for name in ALIKE}
    columns |= {name: table.column(name) for name in (blocks.KEY, blocks.ROW)}
    columns |= {name: _whole(table, name) for name in scales}
    asked = [(name, "sum") for name in scales] + [(blocks.ROW, "list")]
    if "units" in scales:
        asked.append(("units", "count"))
    grouped = pa.table(columns).group_by([blocks.KEY, *ALIKE]).aggregate(asked)
    for row in grouped.to_pylist():
        numbers = row.pop(f"{blocks.ROW}_list")
        untold = len(numbers) - row.get("units_count", 0)
        units = _figure(row, "units", scales) or Decimal(0)
        yield {
            **row,
            "rows": numbers,
            "units": units + untold,
            "amount": _figure(row, "amount", scales),
        }


def _figure(row: Mapping[str, Any], name: str, scales: Mapping[str, int]) -> Decimal | None:
    """Return a sum of whole numbers at their column's scale."""
    total = row.get(f"{name}_sum")
    return None if total is None else Decimal(total).scaleb(-scales[name])


def _scale(table: pa.Table, name: str) -> int:
    field_ = table.schema.field(name)
    return int((field_.metadata or {}).get(b"scale", b"0"))


def _whole(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Return a column as decimals that can't overflow when they are summed."""
    column = table.column(name)
    if pa.types.is_decimal(column.type):
        return column.cast(pa.decimal256(76, column.type.scale))
    return column.cast(pa.decimal256(60, 0))


def _text(table: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    return table.column(name).cast(pa.string())


class _Places:
    """What territories of lines mean; the words of all of them are looked up at once."""

    def __init__(self, texts: Iterable[str | None]) -> None:
        distinct = {text for text in texts if text}
        self._atlas = atlases.in_force([word for text in sorted(distinct) for word in _words(text)])
        self._known: dict[tuple[str, date], SpanSet | None] = {}

    def of(self, text: str, day: date) -> SpanSet | None:
        """Return its places on a day; None where it names none that is known."""
        if (text, day) not in self._known:
            self._known[text, day] = self._read(text, day)
        return self._known[text, day]

    def _read(self, text: str, day: date) -> SpanSet | None:
        try:
            meant = expressions.parse(text, atlas=self._atlas)
        except DomainError:
            return None
        return resolver.resolve(meant, on=day, atlas=self._atlas) or None


def _words(text: str) -> list[str]:
    try:
        return expressions.words(text)
    except DomainError:
        return []
