"""Stage B: pots and the waterfall that empties them, in smallest units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.currencies import minor_units
from kernel.money import apportion, round_minor
from royalties.engine.given import Given, Row
from royalties.engine.terms import Flow, Interest, Party
from royalties.engine.values import money, to_minor


@dataclass(frozen=True, slots=True)
class Move:
    """Money that went into a pot (below zero: out of it) by a clause or a step."""

    pot: str
    kind: str
    name: str
    units: int

    @property
    def takes(self) -> bool:
        """Whether a step took it out."""
        return self.kind == "step" and self.units <= 0


@dataclass(frozen=True, slots=True)
class Owed:
    """A part of what a step may take: what it is, for whom, and the costs that it is made of."""

    what: str
    to: str
    units: int
    costs: tuple[Row, ...] = ()
    premium: Fraction = Fraction(1)


@dataclass(slots=True)
class Found:
    """What a step found when its turn came: how many moves were made before, what was owed."""

    moves: int
    owed: list[Owed] = field(default_factory=list)


@dataclass
class Waterfall:
    """Pots with all that entered them and what is left; what each step paid and remembers.

    ``carried`` is what the pots opened with, ``moves`` all that went in and out since, ``found``
    what each step stood before: for the working alone.
    """

    given: Given
    whole: dict[str, int]
    left: dict[str, int]
    raised: Mapping[str, int]
    before: Mapping[str, Any]
    paid: dict[str, dict[str, int]] = field(default_factory=dict)
    memory: dict[str, dict[str, Any]] = field(default_factory=dict)
    carried: dict[str, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)

    @classmethod
    def opened(
        cls, given: Given, opening: Mapping[str, Any], raised: Mapping[str, int]
    ) -> "Waterfall":
        """Return the pots as the last period left them, with every pot the deal names."""
        deal = given.deal
        names = [clause.to[1] for clause in deal.clauses if clause.to[0] == "pot"]
        for step in deal.waterfall:
            names += [step.source, *([step.rest] if step.rest else [])]
            names += [name for kind, name, _ in step.parts if kind == "pot"]
        carried = {name: 0 for name in names}
        for name, value in opening.get("pots", {}).items():
            carried[name] = to_minor(value, deal.currency)
        before = opening.get("steps", {})
        return cls(given, dict(carried), dict(carried), raised, before, carried=carried)

    def pay_in(self, pot: str, units: int, name: str, kind: str = "clause") -> None:
        """Put money of a clause (or a step) into a pot."""
        self.whole[pot] += units
        self.left[pot] += units
        self.moves.append(Move(pot, kind, name, units))

    def pour(self) -> None:
        """Run the steps in their order."""
        for step in self.given.deal.waterfall:
            mine = self.paid.setdefault(step.id, {})
            old = self.before.get(step.id, {})
            self.found[step.id] = Found(len(self.moves))
            if step.kind == "fee":
                due = self._round(self._exact(self.whole[step.of]) * step.percent)
                mine[step.to] = self._take(step, due)
            elif step.kind == "costs":
                self._costs(step, old, mine)
            elif step.kind == "recoup":
                self._recoup(step, old, mine)
            else:
                self._split(step, mine)
            if step.rest is not None and self.left[step.source] > 0:
                self.pay_in(step.rest, self._take(step, self.left[step.source]), step.id, "step")

    def _take(self, step: Flow, units: int) -> int:
        taken = max(0, min(units, self.left[step.source]))
        self.left[step.source] -= taken
        self.moves.append(Move(step.source, "step", step.id, -taken))
        return taken

    def _exact(self, units: int) -> Fraction:
        return Fraction(units, 10 ** minor_units(self.given.deal.currency))

    def _round(self, exact: Fraction) -> int:
        return round_minor(exact, self.given.deal.currency)

    def _text(self, units: int) -> str:
        return money(units, self.given.deal.currency)

    def _old(self, memory: Mapping[str, Any], name: str) -> int:
        return to_minor(memory.get(name, "0"), self.given.deal.currency)

    def _costs(self, step: Flow, old: Mapping[str, Any], mine: dict[str, int]) -> None:
        raised = sum(self.raised.get(name, 0) for name in set(step.categories))
        eligible = spent = self.given.costs_of(step.categories) + raised
        counted = self._old(old, "counted")
        if step.cap is not None:
            room = int(step.cap[0]) - (counted if step.cap[1] == "life" else 0)
            eligible = min(eligible, room)
        principal = self._old(old, "outstanding") + eligible
        interest = self._old(old, "interest")
        accrued = self._accrued(step.interest, principal, interest)
        self.found[step.id].owed += [
            Owed("not yet recovered", step.to, principal - eligible),
            Owed("costs", step.to, spent - raised, self.given.cost_rows(step.categories)),
            Owed("costs that caps raised", step.to, raised),
            Owed("above the cap", step.to, eligible - spent),
            Owed("interest not yet recovered", step.to, interest),
            Owed("interest of the period", step.to, accrued),
        ]
        interest += accrued
        taken = self._take(step, principal + interest)
        served = min(taken, interest)
        mine[step.to] = taken
        self.memory[step.id] = {
            "counted": self._text(counted + eligible),
            "outstanding": self._text(principal - (taken - served)),
            "interest": self._text(interest - served),
        }

    def _recoup(self, step: Flow, old: Mapping[str, Any], mine: dict[str, int]) -> None:
        mine_owed = self.found[step.id].owed
        balances = [
            self._balance(party, old.get(party.to, {}), mine_owed) for party in step.parties
        ]
        owed = [max(0, principal + interest) for principal, interest in balances]
        total = sum(owed)
        taken = self._take(step, total)
        parts = [0] * len(owed)
        if total:
            parts = apportion(taken, [Fraction(taken * each, total) for each in owed])
        memory = self.memory.setdefault(step.id, {})
        for party, (principal, interest), part in zip(step.parties, balances, parts, strict=True):
            served = min(part, interest)
            mine[party.to] = mine.get(party.to, 0) + part
            memory[party.to] = {
                "principal": self._text(principal - (part - served)),
                "interest": self._text(interest - served),
                "begun": True,
            }

    def _balance(self, party: Party, old: Mapping[str, Any], owed: list[Owed]) -> tuple[int, int]:
        principal, interest = self._old(old, "principal"), self._old(old, "interest")
        owed.append(Owed("not yet recouped", party.to, principal))
        if party.amount is not None and not old.get("begun"):
            amount = self._round(self._exact(int(party.amount)) * party.premium)
            owed.append(Owed("amount with its premium", party.to, amount))
            principal += amount
        if party.contributions:
            given = self.given.costs_of(party.contributions, party.to)
            amount = self._round(self._exact(given) * party.premium)
            rows = self.given.cost_rows(party.contributions, party.to)
            owed.append(Owed("contributions", party.to, amount, rows, party.premium))
            principal += amount
        accrued = self._accrued(party.interest, principal, interest)
        owed.append(Owed("interest not yet recouped", party.to, interest))
        owed.append(Owed("interest of the period", party.to, accrued))
        return principal, interest + accrued

    def _split(self, step: Flow, mine: dict[str, int]) -> None:
        taken = self._take(step, self.left[step.source])
        weights = [weight for _, _, weight in step.parts]
        total = sum(weights, Fraction())
        parts = apportion(taken, [taken * weight / total for weight in weights])
        for (kind, name, _), units in zip(step.parts, parts, strict=True):
            if kind == "pot":
                self.pay_in(name, units, step.id, "step")
            else:
                mine[name] = mine.get(name, 0) + units

    def _accrued(self, term: Interest | None, principal: int, interest: int) -> int:
        """Return the period's interest on a balance, rounded."""
        end = self.given.period.end
        if term is None or principal <= 0 or end is None:
            return 0
        start = max(self.given.period.start, term.start or self.given.period.start)
        if start >= end:
            return 0
        on = principal + (interest if term.compound else 0)
        return self._round(self._exact(on) * term.percent * part_of_year(term, start, end))


def part_of_year(term: Interest, start: date, end: date) -> Fraction:
    """Return the part of a year from ``start`` to before ``end`` by the term's day count."""
    if term.day_count == "30/360":
        months = (end.year - start.year) * 12 + end.month - start.month
        return Fraction(months * 30 + min(end.day, 30) - min(start.day, 30), 360)
    return Fraction((end - start).days, int(term.day_count.rpartition("/")[2]))
