"""The sales lines that count in a period, as the engine's columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
import pyarrow as pa

from catalog.selectors import works
from royalties.engine.columns import Array
from royalties.engine.lines import Lines
from royalties.engine.words import Words
from royalties.linestore import blocks, joining
from royalties.models import MatchKey, Rematch, SalesBlock, SalesFile


@dataclass(frozen=True, slots=True)
class Share:
    """Lines of some keys of one file, all with the same sign."""

    file_id: UUID
    sign: int
    keys: Array
    works: list[UUID]


def in_period(start: date, end: date) -> Lines:
    """Return the lines that count from ``start`` up to but not including ``end``.

    ``work`` is the work's own code, or its id where it has none; ``_file`` the file's hash and
    ``_row`` its own row number. Lines that moved to another work come once with their units and
    money negated, for the old work, and once as they are, for the new.
    """
    shares = list(_shares(start, end))
    names = works.codes({work for share in shares for work in share.works})
    hashes = dict(
        SalesFile.objects.filter(pk__in={share.file_id for share in shares}).values_list(
            "pk", "sha256"
        )
    )
    parts = []
    for share in sorted(shares, key=lambda each: (hashes[each.file_id], -each.sign)):
        parts += [part for part in _parts(share, names, hashes[share.file_id]) if part.count]
    return joining.joined(parts) if parts else Lines(0)


def _shares(start: date, end: date) -> Iterator[Share]:
    counted = (
        MatchKey.objects.live()
        .filter(counts_on__gte=start, counts_on__lt=end)
        .order_by("file_id", "number")
        .values_list("file_id", "number", "work_id")
    )
    yield from _grouped([(file, 1, number, work) for file, number, work in counted])
    moved = (
        Rematch.objects.filter(counts_on__gte=start, counts_on__lt=end)
        .order_by("key__file_id", "made_at", "pk")
        .values_list("key__file_id", "sign", "key__number", "work_id")
    )
    for one in moved:
        yield from _grouped([one])


def _grouped(rows: list[tuple[UUID, int, int, UUID]]) -> Iterator[Share]:
    found: dict[tuple[UUID, int], list[tuple[int, UUID]]] = {}
    for file, sign, number, work in rows:
        found.setdefault((file, sign), []).append((number, work))
    for (file, sign), listed in found.items():
        numbers = np.array([number for number, _ in listed], dtype=np.int64)
        yield Share(file, sign, numbers, [work for _, work in listed])


def _parts(share: Share, names: dict[UUID, str], sha256: str) -> Iterator[Lines]:
    """Yield the share's lines, block by block."""
    values = sorted({names[work] for work in share.works})
    place = {name: at for at, name in enumerate(values)}
    work_of = np.full(int(share.keys.max()) + 2, -1, dtype=np.int32)
    work_of[share.keys] = [place[names[work]] for work in share.works]
    data = SalesBlock.objects.filter(file=share.file_id).order_by("number")
    for raw in data.values_list("data", flat=True).iterator(chunk_size=4):
        table = blocks.unpacked(raw)
        keys = table.column(blocks.KEY).to_numpy()
        codes = work_of[np.minimum(keys, len(work_of) - 1)]
        mine = codes >= 0
        if not bool(mine.all()):
            table, codes = table.filter(pa.array(mine)), codes[mine]
        lines = Lines.from_arrow(table.drop_columns([blocks.KEY]))
        lines.texts["work"] = Words(values, codes)
        lines.files = Words.constant(sha256, lines.count)
        yield lines if share.sign == 1 else joining.negated(lines)
