"""One exception before it is decided: its lines, the works it may be, what a decision moves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from catalog.selectors import search, works
from kernel.numbers import EXACT
from royalties.linestore import blocks
from royalties.models import MatchKey, MatchRule, SalesBlock
from royalties.selectors.periods import first_open_day

SUGGESTED, FOUND, SAMPLED, BLOCKS_READ = 5, 20, 20, 8
IDENTIFIERS = ("isrc", "iswc", "upc", "own")
SHOWN = ("territory", "source", "channel", "right_type", "sold_on", "units")


@dataclass(frozen=True, slots=True)
class Maybe:
    """A work that an exception may be; ``score`` is its likeness from 0 to 1, where it has one."""

    id: UUID
    title: str
    artists: str
    code: str
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What a decision does to the lines of one file."""

    file: str
    period: str
    lines: int
    money: list[tuple[Decimal, str]]
    what: str


@dataclass(slots=True)
class Effect:
    """What a decision moves in all; lines that are this work already count in neither sum."""

    moves: list[Move] = field(default_factory=list)
    lines: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Asked:
    """One way in which files name a work, with all its lines that stand."""

    key: str
    keys: list[MatchKey]
    title: str = ""
    artist: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)
    doubt: str = ""
    lines: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)
    work: UUID | None = None
    how: str = ""

    @property
    def open(self) -> bool:
        """Whether any of its lines wait."""
        return any(each.work_id is None for each in self.keys)


def asked(key: str) -> Asked | None:
    """Return what stands under a key, decided or not; None where nothing does."""
    keys = list(
        MatchKey.objects.live().filter(fingerprint=key).select_related("file").order_by("pk")
    )
    if not keys:
        return None
    first = keys[0]
    found = Asked(key, keys, first.title, first.artist)
    found.identifiers = {n: getattr(first, n) for n in IDENTIFIERS if getattr(first, n)}
    for each in keys:
        found.lines += each.lines
        _add(found.money, each)
        found.doubt = found.doubt or each.doubt
        found.work, found.how = each.work_id or found.work, each.how or found.how
    return found


def since(one: Asked) -> Any:
    """Return when the first of its files came."""
    return min(each.file.accepted_at for each in one.keys)


def rules_ever(key: str) -> list[MatchRule]:
    """Return every decision ever made about a key, those that were undone included."""
    return list(MatchRule.objects.filter(fingerprint=key).order_by("-made_at")[:20])


def rule_of(key: str) -> MatchRule | None:
    """Return the decision in force for a key."""
    return MatchRule.objects.filter(fingerprint=key, reversed_at=None).first()


def suggestions(one: Asked) -> list[Maybe]:
    """Return the works most like its title and artist, the likest first."""
    alike = works.similar(one.title, one.artist, limit=SUGGESTED)
    return told([work for work, _ in alike], dict(alike))


def searched(text: str) -> list[Maybe]:
    """Return the works found for what somebody typed."""
    return told([each.id for each in search.find(text, limit=FOUND)])


def one_work(work_id: UUID) -> Maybe | None:
    """Return a work by its id."""
    return next(iter(told([work_id])), None)


def told(ids: Collection[UUID], scores: Mapping[UUID, Decimal] | None = None) -> list[Maybe]:
    """Return works as somebody chooses among them, in their order: three questions, or none."""
    listed = list(ids)
    if not listed:
        return []
    titles, artists, codes = works.titles(listed), works.artists(listed), works.codes(listed)
    return [
        Maybe(
            work,
            titles[work],
            artists.get(work, ""),
            "" if codes[work] == str(work) else codes[work],
            scores.get(work) if scores else None,
        )
        for work in listed
        if work in titles
    ]


def effect(one: Asked, work_id: UUID) -> Effect:
    """Return what deciding on this work moves, file by file."""
    first_open = first_open_day()
    moved = _moved(one)
    found = Effect()
    for each in one.keys:
        at = moved.get(each.pk, each.work_id)
        if at == work_id:
            continue
        last = each.file.end_day - timedelta(days=1)
        found.lines += each.lines
        _add(found.money, each)
        found.moves.append(
            Move(
                each.file.name,
                each.file.period,
                each.lines,
                [(Decimal(value), code) for code, value in each.amounts.items()],
                _what(each, last, first_open),
            )
        )
    return found


def _moved(one: Asked) -> dict[UUID, UUID]:
    """Return where posted lines were moved to last, by key."""
    pairs: dict[UUID, UUID] = {}
    for each in one.keys:
        if each.work_id is None:
            continue
        last = each.rematches.filter(sign=1).order_by("-made_at", "-pk").first()
        if last is not None:
            pairs[each.pk] = last.work_id
    return pairs


def _what(key: MatchKey, last: date, first_open: date | None) -> str:
    if key.counts_on is not None and first_open is not None and key.counts_on < first_open:
        return "Posted: moves from one work to the other in the open period"
    if first_open is not None and last < first_open:
        return "Counts in the open period: its own is closed"
    return "Counts in its period" if key.work_id is None else "Moves to this work"


def _add(money: dict[str, Decimal], key: MatchKey) -> None:
    for code, value in key.amounts.items():
        money[code] = EXACT.add(money.get(code, Decimal(0)), Decimal(value))


def sample(one: Asked, limit: int = SAMPLED) -> list[dict[str, Any]]:
    """Return the first lines, at most ``limit``, with file, row, money and what else they say."""
    numbers: dict[UUID, list[int]] = {}
    names = {}
    for each in one.keys:
        numbers.setdefault(each.file_id, []).append(each.number)
        names[each.file_id] = each.file.name
    found: list[dict[str, Any]] = []
    for file, mine in numbers.items():
        for line in _lines(file, mine, limit - len(found)):
            found.append({"file": names[file], **line})
        if len(found) >= limit:
            break
    return found


def _lines(file: UUID, numbers: list[int], limit: int) -> Iterator[dict[str, Any]]:
    """Yield the first lines of these keys of one file; keys are numbered as they first appear."""
    left = limit
    data = SalesBlock.objects.filter(file=file).order_by("number").values_list("data", flat=True)
    for raw in data[:BLOCKS_READ].iterator(chunk_size=1):
        table = blocks.unpacked(raw)
        mine = table.filter(pc.is_in(table.column(blocks.KEY), pa.array(numbers, pa.int32())))
        part = mine.slice(0, left)
        scales = {f.name: int((f.metadata or {}).get(b"scale", b"0")) for f in part.schema}
        for row in part.to_pylist():
            said = {name: row.get(name) for name in SHOWN}
            for name in ("amount", "units"):
                value = row.get(name)
                said[name] = Decimal(value).scaleb(-scales[name]) if value is not None else None
            yield {**said, "row": row[blocks.ROW], "currency": row.get("currency") or ""}
        left -= part.num_rows
        if left <= 0:
            return
