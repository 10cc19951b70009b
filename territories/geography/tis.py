"""CISAC's territory tree, as its CSV states it: groups within groups, every edge dated.

Days are DD.MM.YYYY; 01.01.1000 and 31.12.3999 stand for no limit; an end day is the last one
included. A row's parent is the last row above whose level is one less.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.errors import DomainError
from territories.geography.atlas import TIS_WORLD, countries
from territories.geography.groups import Group, Member, public_groups

COLUMNS = [
    "Level",
    "TIS-N",
    "Exists from",
    "Exists until",
    "Type",
    "TIS-A",
    "TIS-A-Ext",
    "Belongs to from",
    "Belongs to until",
    "Name",
]
COUNTRY = "COUNTRY"
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})\Z")
_ALWAYS, _FOR_EVER = "01.01.1000", "31.12.3999"
Dates = tuple[date | None, date | None]


class BadTisFile(DomainError):
    """A file that isn't CISAC's tree; ``extra`` says the row and the column."""

    code = "bad_tis_file"
    status = 422


@dataclass(frozen=True, slots=True)
class TisRow:
    """One row: a country or group, and its membership of the row ``parent`` (None at the top)."""

    number: int
    alpha: str
    name: str
    country: bool
    exists: Dates
    parent: int | None
    belongs: Dates


@dataclass(frozen=True, slots=True)
class TisTree:
    """What the file says: its groups flattened to present countries, and what has no place.

    ``unplaced`` lists (number, name) of former countries that no present country stands for.
    """

    rows: int
    groups: tuple[Group, ...]
    unplaced: tuple[tuple[int, str], ...]


def read(lines: Iterable[str]) -> TisTree:
    """Return the tree written in ``lines`` of CSV. Raises ``BadTisFile`` with row and column."""
    rows = list(_rows(lines))
    if not rows:
        raise BadTisFile("The file has no rows. Give CISAC's territory tree as CSV.", row=1)
    flat = _Flattened(rows)
    unplaced = {row.number: row.name for row in rows if row.country and not flat.present(row)}
    return TisTree(len(rows), tuple(flat.groups()), tuple(sorted(unplaced.items())))


def _rows(lines: Iterable[str]) -> Iterator[TisRow]:
    table = csv.reader(lines)
    header = next(table, [])
    if [cell.strip().lstrip("\ufeff") for cell in header] != COLUMNS:
        raise BadTisFile(
            f"The first row should name the columns {', '.join(COLUMNS)}.", row=1, column=None
        )
    above: list[int] = []
    for number, cells in enumerate(table, start=2):
        if not cells:
            continue
        if len(cells) != len(COLUMNS):
            raise BadTisFile(
                f"Row {number} has {len(cells)} cells, not {len(COLUMNS)}.", row=number, column=None
            )
        yield _row(dict(zip(COLUMNS, cells, strict=True)), number, above)


def _row(cell: dict[str, str], number: int, above: list[int]) -> TisRow:
    level, tis = _whole(cell, "Level", number), _whole(cell, "TIS-N", number)
    if not 1 <= level <= len(above) + 1:
        raise BadTisFile(
            f"Row {number} is at level {level}, but the row above has no level {level - 1}.",
            row=number,
            column="Level",
        )
    del above[level - 1 :]
    parent = above[-1] if above else None
    above.append(tis)
    return TisRow(
        number=tis,
        alpha=cell["TIS-A"].strip(),
        name=cell["Name"].strip(),
        country=cell["Type"].strip() == COUNTRY,
        exists=_dates(cell, "Exists", number),
        parent=parent,
        belongs=_dates(cell, "Belongs to", number),
    )


def _whole(cell: dict[str, str], column: str, row: int) -> int:
    text = cell[column].strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise BadTisFile(
            f"Row {row}, {column}: {text[:20]!r} is not a number.", row=row, column=column
        )
    return int(text)


def _dates(cell: dict[str, str], what: str, row: int) -> Dates:
    start = _day(cell[f"{what} from"], _ALWAYS, f"{what} from", row)
    last = _day(cell[f"{what} until"], _FOR_EVER, f"{what} until", row)
    return start, None if last is None else last + timedelta(days=1)


def _day(text: str, unlimited: str, column: str, row: int) -> date | None:
    text = text.strip()
    if text in ("", unlimited):
        return None
    try:
        if found := _DAY.match(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise BadTisFile(
        f"Row {row}, {column}: {text[:20]!r} is not a day. Write it like 31.01.2020.",
        row=row,
        column=column,
    )


def _within(left: Dates, right: Dates) -> Dates | None:
    """Return the days that both hold, or None where there is none."""
    start = max((one for one in (left[0], right[0]) if one), default=None)
    end = min((one for one in (left[1], right[1]) if one), default=None)
    return None if start and end and end <= start else (start, end)


class _Flattened:
    """The file's groups, each with its countries however deep they lie."""

    def __init__(self, rows: list[TisRow]) -> None:
        self.by_number = {row.number: row for row in rows if not row.country}
        self.children: dict[int, dict[TisRow, None]] = {}
        for row in rows:
            if row.parent is not None:
                self.children.setdefault(row.parent, {})[row] = None
        self.former: dict[int, TisRow] = {}
        known = {country.tis for country in countries().values()}
        known |= {group.tis for group in public_groups().values() if group.tis}
        for row in rows:
            if row.country and row.number not in known:
                self.former[row.number] = row

    def groups(self) -> Iterator[Group]:
        """Yield every group but the world, then the former countries that ISO's list lacks."""
        for number, row in sorted(self.by_number.items()):
            if number != TIS_WORLD:
                yield self._group(row.alpha, row, self._members(number, (None, None), ()))
        for number, row in sorted(self.former.items()):
            if codes := self.present(row):
                members = [Member(code, *row.exists) for code in codes]
                yield self._group(f"TIS-{number}", row, members)

    @staticmethod
    def _group(code: str, row: TisRow, members: Iterable[Member]) -> Group:
        kind = "former" if row.country else "tis"
        return Group(code, row.name.title(), kind, tuple(_joined(members)), row.number)

    def _members(self, number: int, dates: Dates, path: tuple[int, ...]) -> Iterator[Member]:
        if number in path:
            raise BadTisFile(f"Group {number} is a part of itself.", row=None, column="Level")
        for row in self.children.get(number, {}):
            inside = _within(dates, row.belongs)
            inside = inside and _within(inside, row.exists)
            if inside is None:
                continue
            if row.country:
                yield from (Member(code, *inside) for code in self.present(row))
            else:
                yield from self._members(row.number, inside, (*path, number))

    @staticmethod
    def present(row: TisRow) -> list[str]:
        """Return the codes of the countries that stand where the row's country is, or was."""
        for code, country in countries().items():
            if country.tis == row.number:
                return [code]
        for group in public_groups().values():
            if group.kind == "former" and group.tis == row.number:
                return sorted({member.code for member in group.members})
        return [row.alpha] if row.alpha in countries() else []


def _joined(members: Iterable[Member]) -> Iterator[Member]:
    """Yield ``members`` sorted, joining ranges of one country that touch or overlap."""
    order = sorted(members, key=lambda one: (one.code, one.start or date.min))
    for at, member in enumerate(order):
        last = order[at - 1] if at else None
        if (
            last
            and last.code == member.code
            and (last.end is None or (member.start or date.min) <= last.end)
        ):
            ends = (last.end, member.end)
            order[at] = Member(
                last.code, last.start, None if None in ends else max(filter(None, ends))
            )
            continue
        if last:
            yield last
    if order:
        yield order[-1]
