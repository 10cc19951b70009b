"""The working: a tree that a person reads from the top, from payable down to clause and rate."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kernel.currencies import minor_units
from royalties.engine import results
from royalties.engine.groups import PLACE
from royalties.engine.terms import Account
from royalties.engine.values import money, readable, text
from royalties.engine.working_nodes import LARGEST, Node, node
from royalties.engine.working_rates import rate_node
from royalties.engine.working_steps import cost_nodes, step_node

if TYPE_CHECKING:
    import pyarrow as pa

    from royalties.engine.accounts import Settled
    from royalties.engine.calculate import Parts


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
    children += _reserves(each, currency)
    for name, units in each.recouped.items():
        left = each.closing["unrecouped"][name]
        note = f"still to recoup: {left}"
        behind = _cost_rows(name, payee, parts)
        made = node(f"Recouped: {name}", "recouped", money(-units, currency), note, behind)
        children.append(made)
    children += _guarantees(each, currency)
    carried = each.closing["carried"]
    if carried not in ("0", money(0, currency)):
        children.append(node("Carried to the next period", "carried", carried.removeprefix("-")))
    return node("Due", "due", money(each.due, currency), "", children)


def _cost_rows(name: str, payee: str, parts: "Parts") -> list[Node]:
    """Return the costs of the period that became recoupable under a name, row by row."""
    account = parts.given.deal.accounts.get(payee, Account())
    term = next((cost for cost in account.costs if cost.id == name), None)
    rows = parts.given.cost_rows(term.categories) if term else ()
    if term is None or not rows:
        return []
    total = money(parts.given.costs_of(term.categories), parts.given.deal.currency)
    note = "" if term.percent == 1 else f"{text(term.percent * 100)} % of them are recoupable"
    return [node("Costs of the period", "owed", total, note, cost_nodes(rows, parts.given))]


def _reserves(each: "Settled", currency: str) -> list[Node]:
    """Return what each reserve withheld, by clause, and released, by when it was withheld."""
    found = []
    for name, released in each.reserved.released.items():
        for (since, clause), units in released.items():
            note = f"withheld from {clause} in {since}"
            label = f"Released: {name}"
            found.append(node(label, "reserve_released", money(units, currency), note))
    for name, withheld in each.reserved.withheld.items():
        for clause, units in withheld.items():
            parts = each.reserved.closing[name]
            later = next(reversed(parts.values()))[clause]
            note = f"from the sales of {clause}; to be released by period: {', '.join(later)}"
            label = f"Withheld: {name}"
            found.append(node(label, "reserve_withheld", money(-units, currency), note))
    return found


def _guarantees(each: "Settled", currency: str) -> list[Node]:
    found = []
    inside = sum(each.earned.values()) + each.cap + each.floor + each.carried_in
    inside += each.reserved.effect - sum(each.recouped.values())
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
        return step_node(name, units, payee, parts)
    earned = parts.earned[name]
    dropped = posted.total - posted.exact * 10 ** minor_units(currency)
    note = f"{readable(posted.exact)} rounded to {money(posted.total, currency)}"
    if not dropped:
        note = "exact"
    children = [rate_node(earned, parts)] if parts.flows.groups.get(name) else []
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
