"""Findings of the compliance report in words: what, by which clause, how much, what next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from licenses.selectors.compliance import Due
from royalties.engine.compliance import Breach, Rows, Use
from royalties.selectors.sources import LATE, RECEIVED, Cell

A_DAY = timedelta(days=1)
# Code: how it is called, and what is to be done next. The codes are stable (docs/licenses.md).
CODES = {
    "use_without_license": (
        "Use without a licence",
        "Look whether the lines are matched to the right work; then license it, or claim the use.",
    ),
    "use_outside_territory": (
        "Use outside the territory",
        "Ask the licensee to stop, and claim what was earned there or amend the licence.",
    ),
    "use_outside_window": (
        "Use outside the window",
        "Ask the licensee to stop, and claim what was earned then or amend the licence.",
    ),
    "use_of_other_right": (
        "Use of a right that isn't granted",
        "Claim what was earned by it, or amend the licence.",
    ),
    "use_held_back": (
        "Use during a holdback",
        "Tell the licensee which clause holds it back, and claim the use.",
    ),
    "use_unclear": (
        "Use that can't be checked",
        "Ask the licensee for the report with its days, places and rights, line by line.",
    ),
    "use_unmatched": (
        "Lines whose work isn't known",
        "Decide them under Exceptions, and make the report again.",
    ),
    "runs_exceeded": ("More runs than allowed", "Charge the runs beyond the limit, or amend it."),
    "exhibition_days_exceeded": (
        "More exhibition days than allowed",
        "Charge the days beyond the limit, or amend it.",
    ),
    "instalment_overdue": ("Instalment overdue", "Remind the licensee; record it when it is in."),
    "instalment_paid_late": ("Instalment paid late", "Charge interest where the licence has it."),
    "report_overdue": ("Report overdue", "Ask the licensee for its sales file."),
    "report_late": ("Report came late", "Tell the licensee the day by which it was due."),
    "reports_not_expected": (
        "No rule says when reports are due",
        "Set it under Sources, for the name that the licensee's files have.",
    ),
}
OPEN = frozenset({"use_unclear", "use_unmatched", "reports_not_expected"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that isn't as the terms say, or can't be told; ``sure`` False is the latter.

    ``lines`` of sales are named by ``rows``; ``money`` is what they report, or what is owed.
    ``quantity`` is how much it is, in words.
    """

    code: str
    sure: bool
    title: str
    what: str
    clause: str
    work: UUID | None
    lines: int
    units: Decimal
    money: tuple[tuple[Decimal, str], ...]
    quantity: str
    rows: tuple[Rows, ...]
    then: str

    @property
    def where(self) -> str:
        """Its lines in words."""
        return "; ".join(one.text for one in self.rows)


@dataclass(frozen=True, slots=True)
class Alike:
    """What findings have in common that are told as one."""

    code: str
    license: UUID | None
    clause: str
    work: UUID
    said: str
    territory: str
    right: str


def finding(
    code: str,
    what: str,
    *,
    clause: str = "",
    work: UUID | None = None,
    uses: Sequence[Use] = (),
    rows: Sequence[Rows] = (),
    money: tuple[tuple[Decimal, str], ...] = (),
    quantity: str = "",
) -> Finding:
    """Return a finding; its lines and money are those of ``uses`` where there are any."""
    title, then = CODES[code]
    kept = _rows([*rows, *(use.rows for use in uses)])
    return Finding(
        code,
        code not in OPEN,
        title,
        what,
        clause,
        work,
        sum(len(one.numbers) for one in kept),
        sum((use.units for use in uses), Decimal(0)),
        money or _money(uses),
        quantity,
        kept,
        then,
    )


def of_breaches(
    found: Iterable[Breach], titles: Mapping[UUID, str], codes: Mapping[UUID, str]
) -> Iterator[tuple[UUID | None, Finding]]:
    """Yield findings with the licence they are of; lines alike are told together."""
    together: dict[Alike, list[Breach]] = {}
    for one in found:
        first = one.uses[0]
        license = one.term.license if one.term else None
        limit = one.code in ("runs_exceeded", "exhibition_days_exceeded")
        alike = Alike(
            one.code,
            license if license in codes else None,
            one.term.row.clause if one.term else "",
            first.work,
            one.said,
            "" if limit else first.territory,
            "" if limit else first.right,
        )
        together.setdefault(alike, []).append(one)
    for alike, listed in sorted(together.items(), key=lambda pair: _order(pair[0], titles)):
        uses = list(dict.fromkeys(use for one in listed for use in one.uses))
        made = finding(
            alike.code,
            _what(alike, uses, listed[0], titles.get(alike.work, str(alike.work))),
            clause=alike.clause,
            work=alike.work,
            uses=uses,
            quantity=f"{listed[0].over} over" if listed[0].over else "",
        )
        yield alike.license, made


def of_dues(dues: Iterable[Due], today: date) -> Iterator[Finding]:
    """Yield the instalments that are overdue or came late; the day they are due is in time."""
    for one in dues:
        if one.paid_on is None and one.due < today:
            late, code = (today - one.due).days, "instalment_overdue"
            what = f"{one.label} was due on {one.due} and hasn't come in whole."
            amount = one.left
        elif one.paid_on is not None and one.paid_on > one.due:
            late, code = (one.paid_on - one.due).days, "instalment_paid_late"
            what = f"{one.label} was due on {one.due}; the last of it came on {one.paid_on}."
            amount = one.amount
        else:
            continue
        yield finding(code, what, money=((amount, one.currency),), quantity=_days(late))


def of_reports(reports: Iterable[tuple[str, Cell]]) -> Iterator[Finding]:
    """Yield the reports that are late, or came late."""
    for source, cell in reports:
        if cell.state == LATE:
            part = "in part alone" if cell.part else "not at all"
            what = f"{source} was to report {cell.period} by {cell.due_on}: it came {part}."
            yield finding("report_overdue", what)
        elif cell.state == RECEIVED and cell.on > cell.due_on:
            what = f"{source} was to report {cell.period} by {cell.due_on}: it came on {cell.on}."
            yield finding("report_late", what, quantity=_days((cell.on - cell.due_on).days))


def of_waiting(rows: Sequence[Rows]) -> Iterator[Finding]:
    """Yield the lines whose work isn't decided."""
    if rows:
        yield finding("use_unmatched", "Nobody has decided yet which works they are.", rows=rows)


def no_rule() -> Finding:
    """Return that nothing says when reports are due."""
    return finding("reports_not_expected", "Reports can't be held against days that nobody set.")


def _what(alike: Alike, uses: Sequence[Use], first: Breach, title: str) -> str:
    low = min(use.window.low for use in uses)
    last = max(use.window.high for use in uses) - A_DAY
    days = f"on {low}" if low == last else f"from {low} to {last}"
    if alike.code in ("runs_exceeded", "exhibition_days_exceeded"):
        return f"{title}: {first.said}, counted to the period's end."
    place = alike.territory or "a place that isn't told"
    right = alike.right or "a right that isn't told"
    used = f"{title}: {right} in {place} {days}"
    if first.term is None:
        return f"{used}; no licence of this licensee is about the work."
    row = first.term.row
    if alike.code == "use_outside_territory":
        return f"{used}; the clause is about {row.territory}."
    if alike.code == "use_outside_window":
        return f"{used}; the clause holds {row.window}."
    if alike.code == "use_of_other_right":
        return f"{used}; the clause grants {getattr(row, 'right', 'others')}."
    if alike.code == "use_held_back":
        return f"{used}; the clause holds it back {row.window}."
    return f"{used}; {alike.said}."


def _order(alike: Alike, titles: Mapping[UUID, str]) -> tuple[str, ...]:
    return (
        str(alike.license or ""),
        str(list(CODES).index(alike.code)).zfill(2),
        alike.clause,
        titles.get(alike.work, ""),
        str(alike.work),
        alike.territory,
        alike.right,
        alike.said,
    )


def _rows(found: Iterable[Rows]) -> tuple[Rows, ...]:
    by_file: dict[UUID, tuple[str, set[int]]] = {}
    for one in found:
        by_file.setdefault(one.file, (one.name, set()))[1].update(one.numbers)
    return tuple(Rows(file, name, tuple(sorted(n))) for file, (name, n) in by_file.items())


def _money(uses: Iterable[Use]) -> tuple[tuple[Decimal, str], ...]:
    sums: dict[str, Decimal] = {}
    for use in uses:
        for amount, currency in use.money:
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    return tuple((amount, currency) for currency, amount in sorted(sums.items()))


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'} late"
