"""An organisation's own rates, entered by file."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from audit.services import events
from foundation.tenancy import current_org
from kernel.currencies import minor_units
from kernel.errors import DomainError
from kernel.numbers import parse_decimal
from territories.geography.allocation import register
from territories.geography.atlas import public_atlas
from territories.geography.rights import right_types
from territories.models import OrgRate
from territories.models.rights import RateKind

if TYPE_CHECKING:
    from audit.actors import Actor

REQUIRED = ["territory", "right_type", "starts", "kind", "value", "source"]
COLUMNS = [*REQUIRED, "ends", "per_minute", "currency", "basis"]
MAX_ROWS = 50_000


class BadRatesFile(DomainError):
    """A file of rates with faults; ``extra["errors"]`` has each one's row, column and message."""

    code = "bad_rates_file"
    status = 422


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate as a file states it, read and checked; ``ends`` is half-open."""

    territory: str
    right_type: str
    starts: date
    ends: date | None
    kind: str
    value: Decimal
    per_minute: Decimal | None
    currency: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did, in rows."""

    read: int
    added: int
    superseded: int
    unchanged: int


def read_rows(lines: Iterable[str]) -> list[RateRow]:
    """Return the rates written in ``lines`` of CSV, or raise BadRatesFile with every fault."""
    table = csv.DictReader(lines)
    missing = [column for column in REQUIRED if column not in (table.fieldnames or [])]
    if missing:
        raise BadRatesFile(
            f"The first row lacks {', '.join(missing)}. The columns are {', '.join(COLUMNS)}.",
            errors=[],
        )
    rows: list[RateRow] = []
    faults: list[dict[str, object]] = []
    seen: set[tuple[str, str, date]] = set()
    for number, cells in enumerate(table, start=2):
        if number > MAX_ROWS + 1:
            raise BadRatesFile(f"More than {MAX_ROWS} rows. Split the file.", errors=[])
        reader = _Cells(cells, number, faults)
        row = reader.rate()
        if row is None:
            continue
        key = (row.territory, row.right_type, row.starts)
        if key in seen:
            reader.fault("starts", "duplicate", "This place, right and first day come twice.")
        seen.add(key)
        rows.append(row)
    if faults:
        raise BadRatesFile(
            f"{len(faults)} cells can't be read; nothing was loaded. Correct them and load the "
            "file again.",
            errors=faults,
        )
    return rows


def read_row(cells: Mapping[str, str | None]) -> tuple[RateRow | None, list[dict[str, object]]]:
    """Return the rate that cells by column state, or None, and each fault (column, message)."""
    faults: list[dict[str, object]] = []
    return _Cells(cells, 0, faults).rate(), faults


@transaction.atomic
def withdraw(*, rows: list[RateRow], actor: "Actor", at: datetime) -> int:
    """Let rates not be known any more, as if they had never been given; return how many."""
    wanted = {(row.territory, row.right_type, row.starts) for row in rows}
    current = OrgRate.objects.select_for_update().known_at()
    gone = [
        one.pk for one in current if (one.territory_id, one.right_type_id, one.starts) in wanted
    ]
    OrgRate.objects.filter(pk__in=gone).update(superseded_at=at)
    _record("withdrawn", {"withdrawn": len(gone)}, actor, at)
    return len(gone)


@transaction.atomic
def load(*, rows: list[RateRow], actor: "Actor", at: datetime) -> Loaded:
    """Store the organisation's ``rows``; one that differs supersedes what stood from that day."""
    current = {
        (one.territory_id, one.right_type_id, one.starts): one
        for one in OrgRate.objects.select_for_update().known_at()
    }
    fresh, gone = [], []
    for row in rows:
        former = current.get((row.territory, row.right_type, row.starts))
        if former and _as_row(former) == row:
            continue
        if former:
            gone.append(former.pk)
        fresh.append(_stored(row, at))
    OrgRate.objects.filter(pk__in=gone).update(superseded_at=at)
    OrgRate.objects.bulk_create(fresh, batch_size=1000)
    told = Loaded(len(rows), len(fresh) - len(gone), len(gone), len(rows) - len(fresh))
    after = {"added": told.added, "superseded": told.superseded, "unchanged": told.unchanged}
    _record("loaded", after, actor, at)
    return told


def _record(deed: str, after: dict[str, int], actor: "Actor", at: datetime) -> None:
    org = current_org()
    assert org is not None
    events.record(
        f"territories.rates.{deed}",
        subject=("accounts.organisation", org),
        actor=actor,
        at=at,
        after=after,
    )


def _stored(row: RateRow, at: datetime) -> OrgRate:
    return OrgRate(
        territory_id=row.territory,
        right_type_id=row.right_type,
        starts=row.starts,
        ends=row.ends,
        kind=row.kind,
        value=row.value,
        per_minute=row.per_minute,
        currency=row.currency,
        basis=row.basis,
        source=row.source,
        recorded_at=at,
    )


def _as_row(rate: OrgRate) -> RateRow | None:
    if rate.starts is None:
        return None
    return RateRow(
        rate.territory_id,
        rate.right_type_id,
        rate.starts,
        rate.ends,
        rate.kind,
        rate.value,
        rate.per_minute,
        rate.currency,
        rate.basis,
        rate.source,
    )


class _Cells:
    """The cells of one row; every fault found is added to ``faults``."""

    def __init__(
        self, cells: Mapping[str, str | None], number: int, faults: list[dict[str, object]]
    ) -> None:
        self.cells, self.number, self.faults = cells, number, faults

    def text(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()

    def fault(self, column: str, code: str, message: str) -> None:
        self.faults.append({"row": self.number, "column": column, "code": code, "message": message})

    def rate(self) -> RateRow | None:
        """Return the row, or None with its faults noted."""
        before = len(self.faults)
        territory, starts = self.place(), self.day("starts")
        last = self.day("ends") if self.text("ends") else None
        value, per_minute = self.number_in("value"), None
        if self.text("per_minute"):
            per_minute = self.number_in("per_minute")
        if self.text("right_type") not in right_types():
            self.fault("right_type", "unknown_right_type", "No right type has this code.")
        if starts and last and last < starts:
            self.fault("ends", "ends_before_start", "The last day comes before the first.")
        if not self.text("source"):
            self.fault("source", "missing", "Say where the rate comes from.")
        self.kind()
        if len(self.faults) > before or starts is None or value is None or territory is None:
            return None
        return RateRow(
            territory,
            self.text("right_type"),
            starts,
            last + timedelta(days=1) if last else None,
            self.text("kind"),
            value,
            per_minute,
            self.text("currency").upper(),
            self.text("basis"),
            self.text("source"),
        )

    def place(self) -> str | None:
        try:
            code = public_atlas().known(self.text("territory"))
        except DomainError as refusal:
            self.fault("territory", refusal.code, refusal.detail)
            return None
        if code in register():
            return code
        self.fault("territory", "not_a_place", f"{code} is a group. Give each country a row.")
        return None

    def day(self, column: str) -> date | None:
        try:
            return date.fromisoformat(self.text(column))
        except ValueError:
            self.fault(column, "bad_date", "Write the day like 2026-01-31.")
            return None

    def number_in(self, column: str) -> Decimal | None:
        try:
            number = parse_decimal(self.text(column))
        except DomainError as refusal:
            self.fault(column, refusal.code, refusal.detail)
            return None
        exponent = number.as_tuple().exponent
        if number < 0 or number >= 10**10 or not isinstance(exponent, int) or exponent < -8:
            self.fault(column, "out_of_range", "A rate is 0 or more, with 8 decimals at most.")
            return None
        return number

    def kind(self) -> None:
        kind, currency = self.text("kind"), self.text("currency").upper()
        if kind == RateKind.PER_UNIT:
            try:
                minor_units(currency)
            except DomainError as refusal:
                self.fault("currency", refusal.code, refusal.detail)
        elif kind == RateKind.PERCENT:
            if not self.text("basis"):
                self.fault("basis", "missing", "A percent needs the money it is a percent of.")
            for column in ("currency", "per_minute"):
                if self.text(column):
                    self.fault(column, "not_here", f"A percent has no {column}.")
        else:
            self.fault("kind", "unknown_kind", "The kind is per_unit or percent.")
