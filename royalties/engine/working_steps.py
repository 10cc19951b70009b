"""A step of the waterfall as a part of the working: down to each receipt and each cost.

Whatever a figure opens into adds up to it: what a pot holds is what it was carried in with, what
clauses and earlier steps paid into it, less what earlier steps took.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kernel.currencies import minor_units
from royalties.engine.given import Given, Row
from royalties.engine.pots import Move, Owed
from royalties.engine.terms import Flow
from royalties.engine.values import money, readable, text
from royalties.engine.working_nodes import LARGEST, Node, node
from royalties.engine.working_rates import rate_node

if TYPE_CHECKING:
    from royalties.engine.calculate import Parts


def step_node(name: str, units: int, payee: str, parts: "Parts") -> Node:
    """Return what a step paid a payee, from what it found in its pots and what was owed."""
    step = next(step for step in parts.given.deal.waterfall if step.id == name)
    return node(
        name,
        "step",
        money(units, parts.given.deal.currency),
        _note(step, payee, parts),
        _Steps(parts).behind(step),
    )


def cost_nodes(rows: Sequence[Row], given: Given) -> list[Node]:
    """Return costs row by row: the largest ones, and the others in one sum."""
    currency = given.deal.currency
    each = [(given.cost_units(row), row) for row in rows]
    order = sorted(range(len(each)), key=lambda at: (-abs(each[at][0]), at))
    shown = sorted(order[:LARGEST])
    nodes = [_cost(*each[at], currency) for at in shown]
    if others := order[LARGEST:]:
        rest = sum(each[at][0] for at in others)
        nodes.append(node(f"{len(others):,} smaller costs", "others", money(rest, currency)))
    return nodes


def _cost(units: int, row: Row, currency: str) -> Node:
    said = [row.get("date") or "", row.get("work") or "", row.get("note") or ""]
    if row.get("currency") and row["currency"] != currency:
        said.insert(0, f"{row['amount']} {row['currency']}")
    if row.get("_row"):
        said.append(f"{row.get('_file') or 'costs'} row {row['_row']}")
    note = ", ".join(each for each in said if each)
    return node(row["category"], "cost", money(units, currency), note)


class _Steps:
    """Opens steps into pots and pots into earlier steps, each step once in a tree."""

    def __init__(self, parts: "Parts") -> None:
        self.parts = parts
        self.waterfall, self.given = parts.waterfall, parts.given
        self.currency = parts.given.deal.currency
        self.opened: set[str] = set()

    def behind(self, step: Flow) -> list[Node]:
        """Return what a step found: what its percentage is of, what was owed, what was there."""
        self.opened.add(step.id)
        made = self._terms(step, whole=True)
        if step.of != step.source:
            made.append(self._there(step))
        return made

    def _terms(self, step: Flow, *, whole: bool) -> list[Node]:
        """Return what a step may take by its own terms; ``whole``: with the pot of its percentage,
        too, where that is the one it takes from."""
        made, owed = [], self.waterfall.found[step.id].owed
        if step.of and (whole or step.of != step.source):
            pot = self._pot(f"{step.of} in all", step.of, self._before(step), entered=True)
            made.append(pot)
        for to in dict.fromkeys(each.to for each in owed):
            made.append(self._owed_to(to, [each for each in owed if each.to == to]))
        return made

    def _before(self, step: Flow) -> Sequence[Move]:
        return self.waterfall.moves[: self.waterfall.found[step.id].moves]

    def _there(self, step: Flow) -> Node:
        return self._pot(f"In {step.source}", step.source, self._before(step))

    def _money(self, units: int) -> str:
        return money(units, self.currency)

    def _owed_to(self, to: str, owed: Sequence[Owed]) -> Node:
        nodes = []
        for each in owed:
            if each.units or each.costs:
                behind = cost_nodes(each.costs, self.given)
                said = f"{text(each.premium * 100)} % of them" if each.premium != 1 else ""
                made = node(each.what.capitalize(), "owed", self._money(each.units), said, behind)
                nodes.append(made)
        total = sum(each.units for each in owed)
        return node(f"Owed to {to}", "owed", self._money(total), "", nodes)

    def _pot(self, label: str, pot: str, before: Sequence[Move], *, entered: bool = False) -> Node:
        """Return a pot as it stood: all that entered it, or what of it was left."""
        moves = [m for m in before if m.pot == pot and not (entered and m.takes)]
        carried = self.waterfall.carried.get(pot, 0)
        nodes = [node("Carried in", "carried_in", self._money(carried))] if carried else []
        nodes += [self._move(each) for each in moves if each.units]
        return node(label, "pot", self._money(carried + sum(m.units for m in moves)), "", nodes)

    def _move(self, move: Move) -> Node:
        if move.kind == "clause":
            return self._receipt(move)
        if move.takes:
            return node(f"Taken by {move.name}", "taken", self._money(move.units))
        if move.name in self.opened:
            return node(f"From {move.name}", "inflow", self._money(move.units), "see above")
        step = next(s for s in self.given.deal.waterfall if s.id == move.name)
        self.opened.add(step.id)
        label, amount = f"From {move.name}", self._money(move.units)
        if step.kind == "split":
            return node(label, "inflow", amount, "its part", [self._there(step)])
        return node(label, "rest", amount, "what it left", self._left(step, move.units))

    def _left(self, step: Flow, rest: int) -> list[Node]:
        """Return what was there before a step, less what it took: what it left."""
        mine = [m for m in self.waterfall.moves if m.takes and m.name == step.id]
        taken = sum(m.units for m in mine) + rest
        note = f"{text(step.percent * 100)} % of {step.of}" if step.of else step.kind
        behind = self._terms(step, whole=False)
        label = f"Taken by {step.id}"
        return [self._there(step), node(label, "taken", self._money(taken), note, behind)]

    def _receipt(self, move: Move) -> Node:
        """Return what a clause paid into a pot; its lines open by the clause's name."""
        posted, earned = self.parts.posted[move.name], self.parts.earned[move.name]
        said = []
        if posted.total != posted.exact * 10 ** minor_units(self.currency):
            said.append(f"{readable(posted.exact)} rounded to {self._money(posted.total)}")
        if posted.total != move.units:
            said.append(f"{move.pot}'s share of {self._money(posted.total)}")
        note = "; ".join(said) or "exact"
        behind = [rate_node(earned, self.parts)] if self.parts.flows.groups.get(move.name) else []
        return node(move.name, "receipt", self._money(move.units), note, behind)


def _note(step: Flow, payee: str, parts: "Parts") -> str:
    currency = parts.given.deal.currency
    before = parts.waterfall.moves[: parts.waterfall.found[step.id].moves]
    pot = step.of or step.source
    inside = [m.units for m in before if m.pot == pot and not (step.of and m.takes)]
    there = money(parts.waterfall.carried.get(pot, 0) + sum(inside), currency)
    if step.kind == "fee":
        return f"{text(step.percent * 100)} % of {step.of} ({there})"
    if step.kind != "split":
        return f"{step.kind} from {step.source} ({there})"
    mine = sum(weight for kind, name, weight in step.parts if (kind, name) == ("payee", payee))
    whole = sum(weight for _, _, weight in step.parts)
    return f"{text(mine)} of {text(whole)} parts of {step.source} ({there})"
