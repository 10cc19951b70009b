"""How a clause's rate came about, as a part of the working."""

from fractions import Fraction
from typing import TYPE_CHECKING

from royalties.engine.earnings import Earned, mean_of
from royalties.engine.flow import TRIGGER
from royalties.engine.values import exact_money, readable, text
from royalties.engine.working_nodes import Node, node

if TYPE_CHECKING:
    from royalties.engine.calculate import Parts


def rate_node(earned: Earned, parts: "Parts") -> Node:
    """Return how a clause's rate came about: base, units, counters, segments."""
    clause, flows = earned.clause, parts.flows
    currency = parts.given.deal.currency
    measured = flows.stage.measured[clause.id]
    base = measured.base.total() if measured.base is not None else Fraction()
    units = measured.units.total()
    children = [node("Units", "units", text(units))]
    if clause.base is not None:
        children.insert(0, _exact_node("Base after deductions", "base", base, currency))
    rate = clause.rate
    said = text(rate.amount * 100) + " %" if rate.kind == "percent" else rate.kind
    if rate.kind == "per_unit":
        said = text(rate.amount) + " a unit"
    if rate.kind == "tiers":
        said = _tiers(earned, parts, children)
    if clause.when:
        reached = "reached" if clause.when in flows.reached else "not reached"
        children.append(node(f"Trigger {clause.when}", "trigger", reached))
    return node("Rate", "rate", said, "", children)


def _tiers(earned: Earned, parts: "Parts", children: list[Node]) -> str:
    clause, flows = earned.clause, parts.flows
    rate, shown = clause.rate, []
    scale, mark = (1, " a unit") if clause.rate.of_units else (100, " %")
    opening, closing = flows.opening[rate.counter], flows.closing[rate.counter]
    way = f"from {readable(opening)} to {readable(closing)}"
    children.append(node(f"Counter {rate.counter}", "counter", way))
    if rate.per == "retroactive":
        return f"{text((earned.rate or Fraction()) * scale)}{mark}, retroactive"
    if rate.per == "marginal":
        for stretch in flows.stretches:
            for length, state in stretch.segments:
                step = rate.steps[state[clause.id]]
                waits = clause.when and not state.get(TRIGGER + clause.when, 1)
                each = "nothing yet" if waits else f"{text(step.rate * scale)}{mark}"
                children.append(node(each, "segment", f"{text(length)} of the way"))
    shown = [readable(mean_of(clause, n, flows) * scale) for n in range(len(flows.stretches))]
    word = "mean rate" if rate.per == "marginal" else "rate"
    return f"{word} {', '.join(dict.fromkeys(shown))}{mark}"


def _exact_node(label: str, code: str, exact: Fraction, currency: str) -> Node:
    """Return exact money; where no decimal can write it, cut off, with the fraction beside it."""
    whole = exact_money(exact, currency)
    if "/" not in whole:
        return node(label, code, whole)
    return {**node(label, code, readable(exact)), "exact": whole}
