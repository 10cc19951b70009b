"""A statement on a page of limited length: the figures in full, the lists cut, nothing untold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from accounts.selectors import organisations
from foundation.pages.filters import money_text
from foundation.tenancy import current_org
from kernel.money import Money
from kernel.period import Period
from royalties.documents import accounts as deals
from royalties.documents import details
from royalties.documents.accounts import Account
from royalties.documents.details import Detail
from royalties.engine import results
from royalties.engine.values import money, text, to_minor
from royalties.models import Statement
from royalties.selectors import statements
from royalties.selectors.statements import Group, Part, Shown

ROWS = 350
DEAL_ROWS, OTHER_DEALS, MOST_ROWS = 110, 30, 120
FIGURES = ("earned", "due", "payable")
# How many rows each list may have, and how a row of the list is called.
LISTS = {
    "work": (40, "By work", "Work"),
    "source": (15, "By source", "Source"),
    "territory": (25, "By territory", "Territory"),
    "channel": (12, "By channel", "Channel"),
}


@dataclass(frozen=True, slots=True)
class Together:
    """Some rows of a list, summed."""

    count: int
    units: str
    amount: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What was earned by one column, the largest first."""

    by: str
    title: str
    column: str
    groups: tuple[Group, ...]
    others: Together
    whole: Together


@dataclass(frozen=True, slots=True)
class OtherDeal:
    """A deal, or all that are left, in one line."""

    label: str
    earned: str
    due: str
    payable: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement as a page or a PDF shows it. Amounts are text in ``shown.currency``."""

    organisation: str
    shown: Shown
    period: Period
    sentences: tuple[str, ...]
    accounts: tuple[Account, ...]
    others: tuple[OtherDeal, ...]
    breakdowns: tuple[Breakdown, ...]
    rows: tuple[Detail, ...]
    rows_count: int

    @property
    def title(self) -> str:
        """What the document is called."""
        return f"Royalty statement {self.shown.number}, {self.shown.holder.name}"

    @property
    def headline(self) -> str:
        """What it says, in one sentence."""
        payable = money_text((Decimal(self.shown.payable), self.shown.currency))
        return f"{payable} payable to {self.shown.holder.name} for {self.shown.period}."

    @property
    def created(self) -> str:
        """When it was issued, in UTC."""
        return f"{self.shown.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def last_day(self) -> str:
        """The period's last day, included, as machines write it."""
        return f"{self.period.last_day:%Y-%m-%d}"

    @property
    def cut(self) -> bool:
        """Whether CSV and XLSX hold rows that this doesn't."""
        return len(self.rows) < self.rows_count

    @property
    def rows_told(self) -> str:
        """Which rows are listed."""
        if not self.cut:
            return "Every row of the statement, the largest amounts first"
        return (
            f"The {len(self.rows):,} rows with the most money; all {self.rows_count:,} are in the "
            "CSV and XLSX files"
        )

    @property
    def length(self) -> int:
        """How many rows its tables have."""
        return (
            len(self.shown.steps)
            + sum(map(_length, self.accounts))
            + len(self.others)
            + sum(len(each.groups) + 2 for each in self.breakdowns)
            + len(self.rows)
        )


def of(statement: Statement) -> Sheet:
    """Return a statement for a page or a PDF, in at most ``ROWS`` rows."""
    shown = statements.shown(statement)
    table = statements.cells(statement)
    in_full, others = _deals(shown)
    sheet = Sheet(
        _organisation(),
        shown,
        Period(statement.first_day, statement.end_day),
        tuple(_sentences(statement, shown)),
        tuple(in_full),
        tuple(others),
        tuple(_breakdown(statement, by, table) for by in LISTS) if table.num_rows else (),
        (),
        table.num_rows,
    )
    return replace(sheet, rows=tuple(_largest(table, ROWS - sheet.length)))


def _organisation() -> str:
    org_id = current_org()
    return organisations.named([org_id])[0].name if org_id else ""


def _sentences(statement: Statement, shown: Shown) -> Iterator[str]:
    """Yield what a reader asks next: what was advanced, is held, carried, left to recoup."""
    sums, currency = statement.content["sums"], shown.currency

    def said(amount: Decimal) -> str:
        return money_text((abs(amount), currency))

    if not Decimal(shown.payable):
        yield "Nothing is payable for this period."
    if advanced := Decimal(sums["advances"]):
        yield f"Advances of {said(advanced)} were paid in the period, apart from this sum."
    parts = statement.content["deals"]
    paid = [
        to_minor(instalment["amount"], currency)
        for part in parts
        for guarantee in part["guarantees"].values()
        for instalment in guarantee["instalments"]
    ]
    if instalments := sum(paid):
        yield (
            f"Instalments of {said(Money.from_minor(instalments, currency).amount)} were paid "
            "under guarantees in the period, apart from this sum."
        )
    left = [
        to_minor(amount, currency) for part in shown.parts for amount in part.unrecouped.values()
    ]
    if owed := sum(each for each in left if each > 0):
        yield f"{said(Money.from_minor(owed, currency).amount)} is left to recoup."
    if reserve := Decimal(sums.get("reserve_kept", "0")):
        yield f"{said(reserve)} is kept in reserve against returns."
    if held := Decimal(sums["held_out"]):
        yield f"{said(held)} is held until the minimum payout is reached."
    if carried := Decimal(sums["carried_out"]):
        yield f"{said(carried)} below zero is carried to the next period."


def _deals(shown: Shown) -> tuple[list[Account], list[OtherDeal]]:
    """Return the deals to show in full, as many as there is room for, and the others in a line."""
    listed = sorted(shown.parts, key=lambda part: -max(abs(_sum(part, name)) for name in FIGURES))
    accounts = deals.of(listed[:DEAL_ROWS], shown.currency)
    count, room = 0, DEAL_ROWS
    while count < len(accounts) and (room := room - _length(accounts[count])) >= 0:
        count += 1
    left = listed[count:]
    named = left if len(left) <= OTHER_DEALS else left[: OTHER_DEALS - 1]
    rest = left[len(named) :]
    lines = [_other(f"{part.deal} {part.title}", [part], shown.currency) for part in named]
    if rest:
        lines.append(_other(f"{len(rest):,} further deals", rest, shown.currency))
    return accounts[:count], lines


def _sum(part: Part, name: str) -> Decimal:
    return next((Decimal(step.amount) for step in part.steps if step.name == name), Decimal(0))


def _other(label: str, parts: Sequence[Part], currency: str) -> OtherDeal:
    sums = [sum(to_minor(f"{_sum(part, name):f}", currency) for part in parts) for name in FIGURES]
    return OtherDeal(label, *(money(units, currency) for units in sums))


def _length(account: Account) -> int:
    """Return the rows of a deal's tables; the heading and each head count as one."""
    return 2 + len(account.lines) + (len(account.balances) + 1 if account.balances else 0)


def _breakdown(statement: Statement, by: str, table: pa.Table) -> Breakdown:
    most, title, column = LISTS[by]
    groups = statements.breakdown(statement, by, table)
    shown = groups if len(groups) <= most else groups[: most - 1]
    return Breakdown(
        by,
        title,
        column,
        tuple(shown),
        _together(groups[len(shown) :], statement.currency),
        _together(groups, statement.currency),
    )


def _together(groups: Sequence[Group], currency: str) -> Together:
    units = sum((Fraction(group.units) for group in groups), Fraction())
    amount = sum(to_minor(group.amount, currency) for group in groups)
    return Together(len(groups), text(units), money(amount, currency))


def _largest(table: pa.Table, count: int) -> list[Detail]:
    """Return the rows with the most money, the largest first."""
    chosen = results.largest(table, min(count, MOST_ROWS))
    named = zip(results.rows(chosen), chosen.column("deal").to_pylist(), strict=True)
    found = list(details.titled({**row, "deal": deal} for row, deal in named))
    return sorted(found, key=lambda row: -abs(Decimal(row.amount)))
