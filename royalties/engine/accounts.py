"""One payee's account: cap, floor, what was carried, recoupment, guarantee, due, payable.

All amounts are integers of the deal's smallest unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kernel.currencies import minor_units
from kernel.money import apportion, round_minor
from kernel.period import Period
from royalties.engine.flows import contract_year, year_of
from royalties.engine.given import Given
from royalties.engine.reserves import Kept, Reserved, reserve
from royalties.engine.terms import Account, Guarantee, Window
from royalties.engine.values import money, to_minor

# Beside clauses and steps; no identifier can be the first and the last, and `floor` is reserved.
CAP, FLOOR, CARRIED = "\0cap", "floor", "\0carried in"
# Between a clause and the period that withheld what a reserve now releases of its earnings.
SINCE = "\0since "


@dataclass
class Settled:
    """What the account did in the period, and what it keeps."""

    earned: dict[str, int]
    cap: int = 0
    floor: int = 0
    carried_in: int = 0
    reserved: Reserved = field(default_factory=Reserved)
    recouped: dict[str, int] = field(default_factory=dict)
    advances: dict[str, int] = field(default_factory=dict)
    at_close: dict[str, int] = field(default_factory=dict)
    instalments: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    outside: int = 0
    due: int = 0
    held_in: int = 0
    held: int = 0
    payable: int = 0
    closing: dict[str, Any] = field(default_factory=dict)
    available: dict[str, int] = field(default_factory=dict)


class Settlement:
    """The steps of an account, in the order of docs/deals.md §9."""

    def __init__(self, payee: str, given: Given, opening: Mapping[str, Any]) -> None:
        self.payee, self.given, self.old = payee, given, opening
        self.terms = given.deal.accounts.get(payee, Account())
        self.year = contract_year(given.deal, given)

    def settle(self, earned: dict[str, int], kept: Kept) -> Settled:
        """Return the account after a period with these earnings by clause and step.

        ``kept`` is the part of each clause's earnings that each reserve speaks of.
        """
        done = Settled(earned)
        raw = sum(earned.values())
        done.cap = self._cap(raw, done)
        done.floor = self._floor(raw + done.cap, done)
        self._reserve(raw, kept, done)
        done.carried_in = self._was("carried")
        above = self._set_off(done)
        self._recoup(above, done)
        self._guarantees(above, done)
        done.outside = sum(above.values())
        done.due = done.outside + sum(done.at_close.values())
        done.held_in = self._was("held")
        total = done.held_in + done.due
        done.payable = total if total >= self.given.deal.payees[self.payee] else 0
        done.held = total - done.payable
        done.closing["held"] = self._text(done.held)
        return done

    def _was(self, name: str) -> int:
        return to_minor(self.old.get(name, "0"), self.given.deal.currency)

    def _text(self, units: int) -> str:
        return money(units, self.given.deal.currency)

    def _counted(self, name: str, over: str) -> int:
        old = self.old.get(name, {})
        if over == "period" or (over == "year" and old.get("year") != self.year):
            return 0
        return to_minor(old.get("counted", "0"), self.given.deal.currency)

    def _cap(self, raw: int, done: Settled) -> int:
        if self.terms.cap is None:
            return 0
        limit, over = self.terms.cap
        counted = self._counted("cap", over)
        done.closing["cap"] = {"year": self.year, "counted": self._text(counted + raw)}
        return min(limit, counted + raw) - min(limit, counted) - raw

    def _floor(self, earned: int, done: Settled) -> int:
        if self.terms.floor is None:
            return 0
        least, over = self.terms.floor
        counted = self._counted("floor", over) + earned
        done.closing["floor"] = {"year": self.year, "counted": self._text(counted)}
        if over == "year" and not self._closes_year():
            return 0
        return max(0, least - counted)

    def _reserve(self, raw: int, kept: Kept, done: Settled) -> None:
        old = self.old.get("reserves", {})
        if not self.terms.reserves and not old:
            return
        left = Fraction(raw + done.cap, raw) if raw > 0 > done.cap else Fraction(1)
        done.reserved = reserve(self.given, self.terms, old, kept, left)
        done.closing["reserves"] = done.reserved.closing

    def _closes_year(self) -> bool:
        end = self.given.period.end
        starts = self.given.deal.year_starts
        return end is not None and f"{end.month:02}-{end.day:02}" == starts

    def _set_off(self, done: Settled) -> dict[str, int]:
        """Set off what is below zero; return what is left above zero, by clause and step."""
        amounts = {**done.earned, CAP: done.cap, FLOOR: done.floor, CARRIED: done.carried_in}
        for clause, units in done.reserved.taken().items():
            amounts[clause] -= units
        for (label, clause), units in done.reserved.given_back().items():
            amounts[f"{clause}{SINCE}{label}"] = units
        total = sum(amounts.values())
        done.closing["carried"] = self._text(min(0, total))
        if total <= 0:
            return {}
        above = {name: units for name, units in amounts.items() if units > 0}
        return dict(zip(above, _scaled(list(above.values()), total), strict=True))

    def _recoup(self, above: dict[str, int], done: Settled) -> None:
        currency, period = self.given.deal.currency, self.given.period
        balances = {
            name: to_minor(value, currency)
            for name, value in self.old.get("unrecouped", {}).items()
        }
        guaranteed = {name for g in self.terms.guarantees for name in g.advances}
        wanted: list[tuple[str, tuple[str, ...] | None]] = []
        for advance in self.terms.advances:
            paid = period.contains(advance.on)
            if paid:
                done.advances[advance.id] = advance.amount
            if advance.recoupable and advance.id not in guaranteed:
                added = advance.amount if paid else 0
                balances[advance.id] = balances.get(advance.id, 0) + added
                wanted.append((advance.id, advance.recoup_from))
        for cost in self.terms.costs:
            spent = Fraction(self.given.costs_of(cost.categories), 10 ** minor_units(currency))
            added = round_minor(spent * cost.percent, currency)
            balances[cost.id] = balances.get(cost.id, 0) + added
            wanted.append((cost.id, cost.recoup_from))
        for name, sources in wanted:
            done.recouped[name] = _take(above, sources, max(0, balances[name]))
            balances[name] -= done.recouped[name]
        if wanted:
            done.closing["unrecouped"] = {name: self._text(balances[name]) for name, _ in wanted}

    def _guarantees(self, above: dict[str, int], done: Settled) -> None:
        currency = self.given.deal.currency
        for guarantee in self.terms.guarantees:
            old = self.old.get("guarantees", {}).get(guarantee.id, {})
            memory = {
                key: [to_minor(each["earned"], currency), to_minor(each["paid"], currency)]
                for key, each in old.items()
            }
            done.at_close[guarantee.id], done.instalments[guarantee.id] = 0, []
            for key, windows in self._windows(guarantee, done):
                state = memory.setdefault(key, [0, 0])
                self._inside_period(guarantee, windows, state, done)
                self._close(guarantee, windows, state, above, done)
            done.closing.setdefault("guarantees", {})[guarantee.id] = {
                key: {"earned": self._text(earned), "paid": self._text(paid)}
                for key, (earned, paid) in memory.items()
            }

    def _windows(self, guarantee: Guarantee, done: Settled) -> list[tuple[str, Sequence[Window]]]:
        """Return the guarantee's windows by the key of their balance."""
        if guarantee.yearly is not None:
            return [
                (window.first.isoformat(), (window,))
                for year in self._years(done)
                for window in self._year(guarantee, guarantee.yearly, year)
            ]
        if guarantee.crossed:
            return [("all", guarantee.windows)]
        return [(window.first.isoformat(), (window,)) for window in guarantee.windows]

    def _years(self, done: Settled) -> list[int]:
        """Return the contract years of the period and of what reserves released in it."""
        labels = {label for label, _ in done.reserved.given_back()}
        starts = self.given.deal.year_starts
        days = [Period.of(label, year_starts=starts).start for label in labels]
        return sorted({self.year, *(year_of(day, starts) for day in days)})

    def _year(self, guarantee: Guarantee, amount: int, year: int) -> list[Window]:
        """Return the window of a contract year; none outside the guarantee's bounds."""
        starts = self.given.deal.year_starts
        first = date.fromisoformat(f"{year}-{starts}")
        last = date.fromisoformat(f"{year + 1}-{starts}") - timedelta(days=1)
        outside = (guarantee.first and first < guarantee.first) or (
            guarantee.last and last > guarantee.last
        )
        return [] if outside else [Window(first, last, ((last, amount),))]

    def _inside_period(
        self, guarantee: Guarantee, windows: Sequence[Window], state: list[int], done: Settled
    ) -> None:
        """Pay what falls due on days inside the period, by the earnings of the last close."""
        period, last = self.given.period, self.given.last_day
        dated: list[tuple[date, int, int]] = []
        for window in windows:
            dated += [(on, 1, 0) for on, _ in window.instalments if on != last]
            for advance in self.terms.advances:
                if advance.id in guarantee.advances and window.first <= advance.on <= window.last:
                    dated.append((advance.on, 0, advance.amount))
        for on, is_instalment, amount in sorted(set(dated)):
            if not period.contains(on):
                continue
            if not is_instalment:
                state[1] += amount
                continue
            pay = _guaranteed(windows, state, on)
            state[1] += pay
            done.instalments[guarantee.id].append((on, pay))

    def _close(
        self,
        guarantee: Guarantee,
        windows: Sequence[Window],
        state: list[int],
        above: dict[str, int],
        done: Settled,
    ) -> None:
        period, last = self.given.period, self.given.last_day
        mine = [
            name
            for name in above
            if (guarantee.clauses is None or clause_of(name) in guarantee.clauses)
            and self._lies_in(name, windows)
        ]
        if not mine and not any(w.first <= period.start and last <= w.last for w in windows):
            return
        for name in mine:
            state[0] += above.pop(name)
        pay = _guaranteed(windows, state, last)
        state[1] += pay
        done.at_close[guarantee.id] += pay

    def _lies_in(self, name: str, windows: Sequence[Window]) -> bool:
        """Return whether an amount was earned in one of the windows: a release when withheld."""
        label = name.partition(SINCE)[2]
        starts = self.given.deal.year_starts
        period = Period.of(label, year_starts=starts) if label else self.given.period
        last = period.last_day or period.start
        return any(w.first <= period.start and last <= w.last for w in windows)


def clause_of(name: str) -> str:
    """Return the clause of an amount; a release belongs to the clause it was withheld from."""
    return name.partition(SINCE)[0]


def _guaranteed(windows: Sequence[Window], state: Sequence[int], on: date) -> int:
    """Return max(0, max(E, G) − P) with the instalments fallen due by ``on``."""
    fallen = sum(units for window in windows for each, units in window.instalments if each <= on)
    return max(0, max(state[0], fallen) - state[1])


def _scaled(parts: Sequence[int], total: int) -> list[int]:
    """Return ``parts`` (above zero) reduced in proportion to sum to ``total``."""
    whole = sum(parts)
    return apportion(total, [Fraction(part * total, whole) for part in parts])


def _take(above: dict[str, int], sources: tuple[str, ...] | None, wanted: int) -> int:
    """Take at most ``wanted`` from the named amounts, in proportion; return what was taken."""
    names = [n for n in above if (sources is None or clause_of(n) in sources) and above[n] > 0]
    available = sum(above[name] for name in names)
    taken = min(wanted, available)
    if taken:
        rest = _scaled([above[name] for name in names], available - taken)
        above.update(zip(names, rest, strict=True))
    return taken
