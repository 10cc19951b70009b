"""The working: a tree that a person reads from the top, from payable down to clause and rate."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernel.currencies import minor_units
from royalties.engine import results
from royalties.engine.earnings import Earned, mean_of
from royalties.engine.flow import TRIGGER
from royalties.engine.groups import PLACE
from royalties.engine.values import exact_money, money, readable, text

if TYPE_CHECKING:
    import pyarrow as pa

    from royalties.engine.accounts import Settled
    from royalties.engine.calculate import Parts

Node = dict[str, Any]
LARGEST = 50


def node(
    label: str, code: str, amount: str, note: str = "", children: list[Node] | None = None
) -> Node:
    """Return one figure of the tree: what it is, how much, how it came about, and its parts."""
    made: Node = {"label": label, "code": code, "amount": amount}
    if note:
        made["note"] = note
    if children:
        made["children"] = children
    return made


def payee_working(payee: str, parts: "Parts") -> Node:
    """Return the whole working of one payee; its root is what is payable."""
    each, currency = parts.settled[payee], parts.given.deal.currency
    children = [_due(payee, each, parts)]
    if each.held_in:
        children.append(node("Held from earlier periods", "held_in", money(each.held_in, currency)))
    if each.held:
        least = money(parts.given.deal.payees[payee], currency)
        note = f"below the minimum payout of {least}: added to the next payment"
        children.append(node("Held", "held", money(-each.held, currency), note))
    root = node("Payable", "payable", money(each.payable, currency), "", children)
    root["currency"] = currency
    paid = [
        node(f"Advance {name}", "advance", money(units, currency), "paid in full on its day")
        for name, units in each.advances.items()
    ]
    paid += [
        node(f"Instalment of {name}", "instalment", money(units, currency), f"fell due {on}")
        for name, listed in each.instalments.items()
        for on, units in listed
    ]
    if paid:
        root["paid_apart"] = paid
    return root


def _due(payee: str, each: "Settled", parts: "Parts") -> Node:
    currency = parts.given.deal.currency
    children = [_clause(name, units, payee, parts) for name, units in each.earned.items()]
    for label, code, units in (
        ("Cap", "cap", each.cap),
        ("Floor", "floor", each.floor),
        ("Carried in", "carried_in", each.carried_in),
    ):
        if units:
            children.append(node(label, code, money(units, currency)))
    for name, units in each.recouped.items():
        left = each.closing["unrecouped"][name]
        note = f"still to recoup: {left}"
        children.append(node(f"Recouped: {name}", "recouped", money(-units, currency), note))
    children += _guarantees(each, currency)
    carried = each.closing["carried"]
    if carried not in ("0", money(0, currency)):
        children.append(node("Carried to the next period", "carried", carried.removeprefix("-")))
    return node("Due", "due", money(each.due, currency), "", children)


def _guarantees(each: "Settled", currency: str) -> list[Node]:
    found = []
    inside = sum(each.earned.values()) + each.cap + each.floor + each.carried_in
    inside -= sum(each.recouped.values())
    for name, units in each.at_close.items():
        state = next(iter(reversed(each.closing["guarantees"][name].values())), None)
        note = f"earned {state['earned']}, paid {state['paid']} in the window" if state else ""
        changed = units - (max(0, inside) - each.outside) if len(each.at_close) == 1 else units
        found.append(node(f"Guarantee {name}", "guarantee", money(changed, currency), note))
    return found


def _clause(name: str, units: int, payee: str, parts: "Parts") -> Node:
    """Return what one clause or step paid a payee."""
    currency = parts.given.deal.currency
    posted = parts.posted.get(name)
    if posted is None:
        return node(name, "step", money(units, currency), _step_note(name, parts))
    earned = parts.earned[name]
    dropped = posted.total - posted.exact * 10 ** minor_units(currency)
    note = f"{readable(posted.exact)} rounded to {money(posted.total, currency)}"
    if not dropped:
        note = "exact"
    children = [_rate(earned, parts)] if parts.flows.groups.get(name) else []
    if len(posted.receivers) > 1:
        whole = money(posted.total, currency)
        children.insert(0, node("Of the clause's money", "split", whole, f"{payee}'s share of it"))
    if payee in posted.cells:
        children += _cells(posted.cells[payee], currency)
    made = node(name, "clause", money(units, currency), note, children)
    if dropped:
        made["exact"] = text(posted.exact)
    return made


def _cells(cells: "pa.Table", currency: str) -> list[Node]:
    """Return statement rows as nodes: the largest ones, and the others in one sum."""
    shown = results.largest(cells, LARGEST)
    nodes = [
        node(_place(each), each["kind"], each["amount"], _units(each))
        for each in results.rows(shown)
    ]
    others = cells.num_rows - shown.num_rows
    if others:
        rest = results.amounts_of(cells).total() - results.amounts_of(shown).total()
        label = f"{others:,} smaller rows"
        nodes.append(
            node(label, "others", money(int(rest), currency), "each stands on the statement")
        )
    return nodes


def _place(cell: Mapping[str, Any]) -> str:
    named = " · ".join(cell[name] for name in PLACE if cell[name]) or "without a work"
    kinds = {"retroactive": "earlier periods, ", "year": "earlier this year, ", "fixed": "fixed, "}
    return kinds.get(cell["kind"], "") + named


def _units(cell: Mapping[str, Any]) -> str:
    return f"{cell['units']} units" if cell["units"] != "0" else ""


def _rate(earned: Earned, parts: "Parts") -> Node:
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


def _step_note(name: str, parts: "Parts") -> str:
    step = next(step for step in parts.given.deal.waterfall if step.id == name)
    whole = money(parts.waterfall.whole[step.of or step.source], parts.given.deal.currency)
    if step.kind == "fee":
        return f"{text(step.percent * 100)} % of {step.of} ({whole})"
    return f"{step.kind} from {step.source} ({whole} in all)"
