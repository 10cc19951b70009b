"""The board of runs: the period to run next, and what a run moves against the one before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from holders.selectors import holders
from kernel.canonical import digest
from kernel.money import Money
from kernel.period import Period
from royalties.engine.values import to_minor
from royalties.models import Deal, DealPayee, DealVersion, Run, RunResult, Statement
from royalties.selectors import deals, plans
from royalties.statement_content import contents

NAMES = ("earned", "recouped", "due", "payable")
Key = tuple[str, str]  # holder's id or deal's code, currency


@dataclass(slots=True)
class Sums:
    """What somebody, or a deal, came to: smallest units."""

    earned: int = 0
    recouped: int = 0
    due: int = 0
    payable: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """One payee's or deal's figure in the period before and now; ``flags`` are what stands out."""

    key: str
    label: str
    currency: str
    before: Money
    now: Money
    change: Money
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Compared:
    """A run against the posted one before it (None: there is none)."""

    before: Run | None
    totals: list[Movement] = field(default_factory=list)
    payees: list[Movement] = field(default_factory=list)
    deals: list[Movement] = field(default_factory=list)
    flagged: list[Movement] = field(default_factory=list)


def unposted() -> Run | None:
    """Return the run that isn't posted yet; there is at most one."""
    return Run.objects.exclude(state__in=(Run.State.POSTED, Run.State.SUPERSEDED)).first()


def next_period() -> str:
    """Return the period to run next, of the last one's kind; nothing where nothing counts yet."""
    last = Run.objects.filter(state=Run.State.POSTED).order_by("-end_day").first()
    if last is not None:
        return _label(last.period, last.end_day)
    one = unposted()
    if one is not None:
        return one.period
    day = plans.earliest_day()
    return _label("0000-Q1", day) if day else ""


def _label(like: str, day: date) -> str:
    """Return the period of the same kind as ``like`` that holds ``day``."""
    if "-Q" in like:
        return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    if "-H" in like:
        return f"{day.year}-H{(day.month - 1) // 6 + 1}"
    return f"{day.year}-{day.month:02}" if re.match(r"\d{4}-\d\d", like) else str(day.year)


def unsigned() -> int:
    """Return how many deals have no signed version: they take no part in runs."""
    signed = DealVersion.objects.signed().values("deal")
    return Deal.objects.exclude(pk__in=signed).count()


def stale(run: Run) -> bool:
    """Return whether what a calculated run read has changed since."""
    days = Period(run.first_day, run.end_day)
    return plans.inputs_hash(plans.steps(days)) != run.inputs_hash


def compared(run: Run, *, most: int = 10) -> Compared:
    """Return a run's totals, largest movements and what stands out, against the period before."""
    rows = Run.objects.filter(state=Run.State.POSTED, end_day__lte=run.first_day)
    found = Compared(rows.order_by("-end_day").first())
    old_payees, old_deals = _sums(found.before) if found.before else ({}, {})
    payees, deals_ = _sums(run)
    labels = holders.lines(UUID(key) for key, _ in payees.keys() | old_payees.keys())
    names = {str(pk): line.name for pk, line in labels.items()}
    moved = _movements(old_payees, payees, names, "payable", found.before is not None)
    found.flagged = [each for each in moved if each.flags]
    found.payees = [each for each in moved if each.change.amount][:most]
    by_deal = _movements(old_deals, deals_, {}, "earned", found.before is not None)
    found.deals = [each for each in by_deal if each.change.amount][:most]
    found.totals = _totals(old_payees, payees)
    return found


def _sums(run: Run) -> tuple[dict[Key, Sums], dict[Key, Sums]]:
    """Return what payees and deals of a run came to; only deals that we pay on."""
    rows = RunResult.objects.filter(run=run, deal__direction="out").values_list(
        "deal_id", "deal__code", "figures__payees", "figures__currency"
    )
    listed = list(rows)
    known = deals.holders_of({row[0] for row in listed})
    payees: dict[Key, Sums] = {}
    by_deal: dict[Key, Sums] = {}
    for deal, code, figures, currency in listed:
        for payee, each in figures.items():
            whose = str(known[deal][payee]), currency
            for sums in (
                payees.setdefault(whose, Sums()),
                by_deal.setdefault((code, currency), Sums()),
            ):
                sums.earned += sum(to_minor(value, currency) for value in each["earned"].values())
                sums.recouped += sum(to_minor(v, currency) for v in each["recouped"].values())
                sums.due += to_minor(each["due"], currency)
                sums.payable += to_minor(each["payable"], currency)
    return payees, by_deal


def _movements(
    old: Mapping[Key, Sums], new: Mapping[Key, Sums], names: Mapping[str, str], by: str, has: bool
) -> list[Movement]:
    """Return everybody's movement, the largest first."""
    found = []
    for key, currency in old.keys() | new.keys():
        before, now = old.get((key, currency), Sums()), new.get((key, currency), Sums())
        was, become = getattr(before, by), getattr(now, by)
        flags = _flags(before, now, has)
        found.append(_movement(key, names.get(key, key), currency, was, become, flags))
    return sorted(found, key=lambda m: (-abs(m.change.amount), m.label, m.currency))


def _movement(
    key: str, label: str, currency: str, was: int, become: int, flags: tuple[str, ...] = ()
) -> Movement:
    """Return a movement of smallest units as money."""
    before, now = Money.from_minor(was, currency), Money.from_minor(become, currency)
    return Movement(
        key, label, currency, before, now, Money.from_minor(become - was, currency), flags
    )


def _flags(before: Sums, now: Sums, has: bool) -> tuple[str, ...]:
    found = []
    if now.earned < 0 or now.due < 0:
        found.append("negative")
    if before.payable > 0 and now.payable == 0:
        found.append("nothing, after a payment")
    elif before.earned and 2 * abs(now.earned - before.earned) > abs(before.earned):
        found.append(
            "earned more than half less" if now.earned < before.earned else "earned over half more"
        )
    elif has and before == Sums() and now != Sums():
        found.append("new")
    return tuple(found)


def _totals(old: Mapping[Key, Sums], new: Mapping[Key, Sums]) -> list[Movement]:
    found = []
    for currency in sorted({code for _, code in old.keys() | new.keys()}):
        for name in NAMES:
            was, become = (
                sum(getattr(sums, name) for (_, code), sums in each.items() if code == currency)
                for each in (old, new)
            )
            found.append(_movement(name, name.capitalize(), currency, was, become))
    return found


def provisional(run: Run, holder: UUID, currency: str) -> Statement | None:
    """Return the statement that a run would issue to a holder, not kept anywhere; None: none."""
    mine = DealPayee.objects.filter(holder=holder).values("deal")
    results = list(
        RunResult.objects.filter(run=run, deal__in=mine)
        .select_related("deal", "version")
        .defer("working", "cells")
        .order_by("deal__code", "first_day")
    )
    known = deals.holders_of({result.deal_id for result in results})
    for whose, content in contents(run, results, known):
        if whose == holder and content["currency"] == currency:
            content["statement"] = f"{run.period} provisional"
            return Statement(
                holder_id=holder,
                run=run,
                number=content["statement"],
                currency=currency,
                period=run.period,
                first_day=run.first_day,
                end_day=run.end_day,
                content=content,
                sha256=digest(content),
                issued_at=run.ended_at or run.begun_at,
            )
    return None


def issued(run: Run) -> dict[Key, UUID]:
    """Return a posted run's statements by holder and currency."""
    rows = Statement.objects.filter(run=run).values_list("holder_id", "currency", "pk")
    return {(str(holder), currency): pk for holder, currency, pk in rows}
