"""Accounts for every row of a file: its outcome, its money, its findings grouped by cause."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from integrations.files import limits
from integrations.files.columns import Column
from integrations.files.contract import CellError, ErrorGroup, SkippedRow, Total, Validation
from integrations.files.numerals import SCALE, plain_number, whole_at_scale, written
from kernel.currencies import MINOR_UNITS
from kernel.numbers import EXACT

ACCEPTED, QUARANTINED, REJECTED, NOTE = "accepted", "quarantined", "rejected", "note"
_OTHERS = "…"


@dataclass
class _Group:
    group: ErrorGroup
    money: dict[str, int] = field(default_factory=dict)


class Tally:
    """Counts rows and exact money. Unknown currencies share one bucket, named ``""``."""

    def __init__(self) -> None:
        self.rows = {ACCEPTED: 0, QUARANTINED: 0, REJECTED: 0}
        self.money: dict[str, dict[str, int]] = {ACCEPTED: {}, QUARANTINED: {}, REJECTED: {}}
        self.read: dict[str, int] = {}
        self.rows_read = self.without_money = self.errors_total = 0
        self.reported: dict[str, int] = {}
        self.errors: list[CellError] = []
        self.skipped: list[SkippedRow] = []
        self.facts: dict[str, str] = {}
        self._skipped_more = 0
        self._groups: dict[tuple[str, str, str], _Group] = {}

    def take(self, currency: str, amount: str | None) -> None:
        """Count a row as read, before anything is decided about it."""
        self.rows_read += 1
        if amount is None:
            self.without_money += 1
        else:
            bucket = currency if currency in MINOR_UNITS else ""
            self.read[bucket] = self.read.get(bucket, 0) + whole_at_scale(amount)

    def take_bulk(self, amounts: Column, currencies: Column) -> None:
        """Count rows as read and accepted, all at once; every currency is known."""
        count = len(amounts.codes)
        self.rows_read += count
        self.rows[ACCEPTED] += count
        exact = Column(pc.cast(amounts.values, pa.decimal128(38, SCALE)), amounts.codes)
        for at, currency in enumerate(currencies.values.to_pylist()):
            of_it = currencies.codes == at
            if of_it.any():
                money = int(pc.sum(exact.where(of_it)).as_py().scaleb(SCALE, EXACT))
                for bucket in (self.read, self.money[ACCEPTED]):
                    bucket[currency] = bucket.get(currency, 0) + money

    def settle(
        self, outcome: str, currency: str, amount: str | None, errors: list[CellError]
    ) -> None:
        """Count a row where it went, with its findings."""
        self.rows[outcome] += 1
        bucket = currency if currency in MINOR_UNITS else ""
        whole = 0 if amount is None else whole_at_scale(amount)
        if amount is not None:
            money = self.money[outcome]
            money[bucket] = money.get(bucket, 0) + whole
        for error in errors:
            self.note(error, bucket, None if amount is None else whole)

    def note(self, error: CellError, currency: str = "", whole: int | None = None) -> None:
        """Keep a finding and add it to its cause."""
        self.errors_total += 1
        if len(self.errors) < limits.ERRORS_LISTED:
            self.errors.append(error)
        key = (error.code, error.column, error.value)
        if key not in self._groups and len(self._groups) >= limits.GROUPS_LISTED:
            key = (error.code, error.column, _OTHERS)
        if key not in self._groups:
            value = error.value if key[2] != _OTHERS else _OTHERS
            suggestion = error.suggestion if key[2] != _OTHERS else ""
            self._groups[key] = _Group(
                ErrorGroup(
                    *key[:2], value, error.outcome, suggestion,
                    first_row=error.row, message=error.message,
                )
            )  # fmt: skip
        found = self._groups[key]
        found.group.rows += 1
        if whole is not None:
            found.money[currency] = found.money.get(currency, 0) + whole

    def skip(self, row: int, rule: str, text: str) -> None:
        """Keep a row that is no sales line, with the rule that says so."""
        if len(self.skipped) < limits.SKIPPED_LISTED:
            self.skipped.append(SkippedRow(row, rule, text[: limits.SHOWN]))
        else:
            self._skipped_more += 1

    def report(self, currency: str, amount: str) -> None:
        """Remember the file's own total; a later one replaces an earlier one."""
        self.reported[currency] = whole_at_scale(amount)

    def validation(self, given: dict[str, str]) -> Validation:
        """Return the outcome; ``given`` are totals a person typed and come before the file's."""
        self._place_bare_total()
        reported = {**self.reported}
        for currency, text in given.items():
            plain = plain_number(text, "point")
            if plain is not None:
                reported[currency] = whole_at_scale(plain)
        if self._skipped_more:
            self.facts["skipped_more"] = str(self._skipped_more)
        return Validation(
            rows_read=self.rows_read,
            accepted=self.rows[ACCEPTED],
            quarantined=self.rows[QUARANTINED],
            rejected=self.rows[REJECTED],
            rows_without_money=self.without_money,
            totals=self._totals(reported),
            errors=self.errors,
            errors_total=self.errors_total,
            groups=self._ordered_groups(),
            skipped=self.skipped,
            facts=self.facts,
        )

    def _place_bare_total(self) -> None:
        """A total without a currency belongs to the file's one currency, or to none."""
        if "" in self.reported and len(self.read) == 1:
            (only,) = self.read
            self.reported.setdefault(only, self.reported[""])
            if only:
                del self.reported[""]
        elif "" in self.reported:
            self.facts["reported_without_currency"] = written(self.reported.pop(""))

    def _totals(self, reported: dict[str, int]) -> list[Total]:
        found = []
        for code in sorted({*self.read, *reported}):
            least = MINOR_UNITS.get(code, 2)
            went = {name: written(by.get(code, 0), least) for name, by in self.money.items()}
            said = written(reported[code], least) if code in reported else None
            read = written(self.read.get(code, 0), least)
            found.append(Total(currency=code, reported=said, read=read, **went))
        return found

    def _ordered_groups(self) -> list[ErrorGroup]:
        for one in self._groups.values():
            one.group.money = {
                code: written(whole, MINOR_UNITS.get(code, 2)) for code, whole in one.money.items()
            }
        return sorted(
            (one.group for one in self._groups.values()), key=lambda g: (-g.rows, g.first_row)
        )
