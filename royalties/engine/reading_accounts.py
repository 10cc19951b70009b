"""Reading the accounts: caps, floors, advances, costs, guarantees."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kernel.period import MONTHS_IN
from royalties.engine.reader import Reader
from royalties.engine.terms import Account, Advance, CostRecoupment, Guarantee, Reserve, Window
from royalties.engine.values import text


class _Names:
    """What one payee's account may name."""

    def __init__(
        self, r: Reader, paying: list[str], clauses: list[str], period: str, year_starts: str
    ) -> None:
        self.r, self.paying, self.clauses = r, [*paying, "floor"], clauses
        self.period, self.year_starts = period, year_starts

    def listed(self, listed: list[str] | None, path: str) -> tuple[str, ...] | None:
        """Check a list of clauses and steps."""
        if listed is None:
            return None
        for n, each in enumerate(listed):
            self.r.name(each, self.paying, f"{path}[{n}]", "clause or step paying this payee")
        return tuple(listed)

    def starts(self, day: date, kind: str) -> bool:
        """Return whether a period of ``kind`` starts on ``day``."""
        month, first = int(self.year_starts[:2]), int(self.year_starts[3:])
        return day.day == first and (day.month - month) % MONTHS_IN.get(kind, 1) == 0


def read_accounts(
    r: Reader,
    d: dict[str, Any],
    payees: dict[str, int],
    paying: dict[str, list[str]],
    clauses: list[str],
    period: str,
    year_starts: str,
) -> dict[str, Account]:
    """Return an account for every payee, in the deal's order."""
    for name in d:
        r.name(name, payees, f"accounts.{name}", "payee")
    found = {}
    for payee in payees:
        mine = [*paying.get(payee, []), *paying.get("*", [])]
        names = _Names(r, mine, clauses, period, year_starts)
        found[payee] = _account(names, d.get(payee, {}), f"accounts.{payee}")
    return found


def _account(names: _Names, d: dict[str, Any], path: str) -> Account:
    r = names.r
    advances = tuple(
        Advance(
            a["id"],
            r.minor(a["amount"], f"{path}.advances[{n}].amount"),
            r.day(a["on"], f"{path}.advances[{n}].on"),
            bool(a.get("recoupable", True)),
            names.listed(a.get("recoup_from"), f"{path}.advances[{n}].recoup_from"),
        )
        for n, a in enumerate(d.get("advances", []))
    )
    costs = tuple(
        CostRecoupment(
            c["id"],
            tuple(c.get("category", ())),
            r.percent(c.get("percent", "100"), f"{path}.costs[{n}].percent"),
            names.listed(c.get("recoup_from"), f"{path}.costs[{n}].recoup_from"),
        )
        for n, c in enumerate(d.get("costs", []))
    )
    guarantees = tuple(
        _guarantee(names, g, f"{path}.guarantees[{n}]", [a.id for a in advances])
        for n, g in enumerate(d.get("guarantees", []))
    )
    ids = [each.id for each in advances] + [each.id for each in costs]
    if len(set(ids)) < len(ids):
        r.problem(path, "two advances or costs have one identifier", "different identifiers")
    _once(r, guarantees, f"{path}.guarantees")
    return Account(
        _limit(names, d.get("cap"), f"{path}.cap", ("period", "year", "life")),
        _limit(names, d.get("floor"), f"{path}.floor", ("period", "year")),
        advances,
        costs,
        guarantees,
        _reserves(names, d.get("reserves", []), f"{path}.reserves"),
    )


def _reserves(names: _Names, listed: list[dict[str, Any]], path: str) -> tuple[Reserve, ...]:
    r, found = names.r, list[Reserve]()
    for n, d in enumerate(listed):
        here = f"{path}[{n}]"
        release = tuple(
            r.percent(each, f"{here}.release[{k}]") for k, each in enumerate(d.get("release", ()))
        )
        if sum(release) != 1:
            total = text(sum(release, Fraction(0)) * 100)
            r.problem(f"{here}.release", f"the parts add to {total} %", "parts that add to 100 %")
        on = r.day(d["liquidated_on"], f"{here}.liquidated_on") if "liquidated_on" in d else None
        clauses = names.listed(d.get("clauses"), f"{here}.clauses")
        for k, each in enumerate(clauses or ()):
            if each not in names.clauses:
                r.problem(
                    f"{here}.clauses[{k}]",
                    f"{each} has no sales of its own to keep a part of",
                    "an income clause that pays this payee",
                )
        percent = r.percent(d.get("percent"), f"{here}.percent")
        where = r.where(d.get("where"), f"{here}.where")
        found.append(Reserve(d["id"], percent, where, clauses, release, on))
    if len({each.id for each in found}) < len(found):
        r.problem(path, "two reserves have one identifier", "different identifiers")
    return tuple(found)


def _limit(
    names: _Names, d: dict[str, Any] | None, path: str, spans: tuple[str, ...]
) -> tuple[int, str] | None:
    if d is None:
        return None
    if d.get("over") not in spans:
        names.r.problem(f"{path}.over", f"{d.get('over')!r} is unknown", ", ".join(spans))
    return names.r.minor(d.get("amount"), f"{path}.amount"), d.get("over", "period")


def _once(r: Reader, guarantees: tuple[Guarantee, ...], path: str) -> None:
    if len(guarantees) > 1:
        listed = [name for g in guarantees for name in (g.clauses or ("*",))]
        if "*" in listed or len(set(listed)) < len(listed):
            r.problem(path, "a clause is in two guarantees", "each clause in one guarantee")
    taken = [name for g in guarantees for name in g.advances]
    if len(set(taken)) < len(taken):
        r.problem(path, "an advance is in two guarantees", "each advance in one guarantee")


def _guarantee(names: _Names, d: dict[str, Any], path: str, advances: list[str]) -> Guarantee:
    r = names.r
    taken = tuple(d.get("advances", ()))
    for n, each in enumerate(taken):
        r.name(each, advances, f"{path}.advances[{n}]", "advance of this payee")
    clauses = names.listed(d.get("clauses"), f"{path}.clauses")
    first = r.day(d["from"], f"{path}.from") if "from" in d else None
    last = r.day(d["to"], f"{path}.to") if "to" in d else None
    if "every" in d:
        _edges(names, first, last, "year", path)
        amount = r.minor(d.get("amount"), f"{path}.amount")
        return Guarantee(d["id"], (), clauses, taken, False, amount, first, last)
    windows: list[Window] = []
    for n, w in enumerate(d.get("windows", [])):
        here = f"{path}.windows[{n}]"
        window = Window(
            r.day(w["from"], f"{here}.from"),
            r.day(w["to"], f"{here}.to"),
            tuple(
                (
                    r.day(i["on"], f"{here}.instalments[{k}].on"),
                    r.minor(i["amount"], f"{here}.instalments[{k}].amount"),
                )
                for k, i in enumerate(w.get("instalments", []))
            ),
        )
        _edges(names, window.first, window.last, names.period, here)
        if windows and window.first <= windows[-1].last:
            r.problem(f"{here}.from", "windows overlap", "windows one after another")
        windows.append(window)
    return Guarantee(d["id"], tuple(windows), clauses, taken, bool(d.get("crossed", False)))


def _edges(names: _Names, first: date | None, last: date | None, kind: str, path: str) -> None:
    if first is not None and not names.starts(first, kind):
        names.r.problem(f"{path}.from", f"{first} doesn't begin a {kind}", f"a {kind}'s first day")
    if last is not None and not names.starts(last + timedelta(days=1), kind):
        names.r.problem(f"{path}.to", f"{last} doesn't end a {kind}", f"a {kind}'s last day")
    if first is not None and last is not None and last < first:
        names.r.problem(path, "it ends before it begins", "from before to")
