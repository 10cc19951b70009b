"""The whole calculation, in the order of docs/deals.md."""

from fractions import Fraction

from kernel.period import Period
from tests.engine.oracle.accounts import contract_year, settle
from tests.engine.oracle.clauses import PLACE, earn, flow_through, shares
from tests.engine.oracle.lines import World, take
from tests.engine.oracle.numbers import Coins, divide, num, shown
from tests.engine.oracle.waterfall import Pots, pour


def calculate(deal, *, period, lines, costs=(), opening=None, rates=None, fx=None, matches):
    """Return the result of docs/deals.md §13, with closing balances."""
    opening = opening or {}
    span = Period.of(period, year_starts=deal["accounting"].get("year_starts", "01-01"))
    world = World(deal, span, period, list(costs), rates, fx, matches)
    world.coins = coins = Coins(deal["currency"])
    lines = [line for line in lines if world.holds(deal.get("covers"), line)]
    items, untaken, overlaps = take(deal, lines, world)
    values = _opened(world, opening)
    latched = {
        name
        for name, reached in opening.get("triggers", {}).items()
        if reached and deal["triggers"][name].get("latch", True)
    }
    stretches = flow_through(deal, world, items, lines, values, latched)
    last = stretches[-1][0]
    reached = last.reached_at_close()
    pots = Pots({name: coins.of(value) for name, value in opening.get("pots", {}).items()})
    earned = {payee: {} for payee in deal["payees"]}
    cells, raised, memories, sold = [], {}, {}, {}
    for clause in deal["income"]:
        before = _remembered(world, clause, opening.get("clauses", {}).get(clause["id"], {}))
        mine = earn(clause, world, stretches, before, last.closing, reached)
        memory = _post(world, clause, mine, earned, pots, cells, sold)
        if memory:
            memories[clause["id"]] = memory
        category = clause["rate"].get("cap", {}).get("excess")
        if category:
            raised[category] = raised.get(category, 0) + coins.post(mine.excess)
    paid, steps = pour(world, pots, raised, opening.get("steps", {}))
    _steps(world, paid, earned, cells)
    results, accounts = {}, {}
    for payee in deal["payees"]:
        old = opening.get("accounts", {}).get(payee, {})
        results[payee], accounts[payee] = settle(world, payee, earned[payee], old, sold.get(payee))
    names = _pots_of(deal) | set(pots.left)
    left = {name: coins.text(pots.left.get(name, 0)) for name in names}
    year = contract_year(world)
    return {
        "deal": deal["deal"],
        "period": period,
        "currency": deal["currency"],
        "payees": results,
        "cells": cells,
        "untaken": {g: {"lines": n, "amount": shown(a)} for g, (n, a) in untaken.items()},
        "overlaps": [
            {"group": g, "clause": c, "also": a, "lines": n, "amount": shown(m)}
            for (g, c, a), (n, m) in overlaps.items()
        ],
        "pots": left,
        "costs_raised": {name: coins.text(units) for name, units in raised.items()},
        "closing": {
            "counters": {
                name: {"value": shown(value), "year": year} for name, value in last.closing.items()
            },
            "triggers": {name: name in reached for name in deal.get("triggers", {})},
            "clauses": memories,
            "pots": left,
            "steps": steps,
            "accounts": accounts,
        },
    }


def _pots_of(deal):
    """Return every pot that the deal names."""
    names = set()
    for clause in deal["income"]:
        if isinstance(clause["to"], dict) and "pot" in clause["to"]:
            names.add(clause["to"]["pot"])
    for step in deal.get("waterfall", []):
        names |= {step["from"], step.get("as", step["from"])}
        for part in step.get("split", {}).get("parts", []):
            if isinstance(part["to"], dict):
                names.add(part["to"]["pot"])
    return names


def _opened(world, opening):
    """Return every counter's value after the period's costs, which stand from its first moment."""
    values = {}
    for name, counter in world.deal.get("counters", {}).items():
        old = opening.get("counters", {}).get(name)
        fresh = old is None or counter["over"] == "period"
        if counter["over"] == "year" and old is not None:
            fresh = old.get("year") != contract_year(world)
        value = num(counter.get("opening", "0")) if fresh else num(old["value"])
        unit = world.coins.unit
        if counter["measure"] == "costs":
            value += Fraction(world.costs_of(counter["of"]), unit)
        value -= Fraction(world.costs_of(counter.get("less", [])), unit)
        values[name] = value
    return values


def _remembered(world, clause, old):
    """Return a clause's memory, empty where its counter or year began anew."""
    rate = clause["rate"]
    over = "life"
    if rate.get("tiers", {}).get("kind") == "retroactive":
        over = world.deal["counters"][rate["tiers"]["counter"]]["over"]
    elif "when" in clause and world.deal["triggers"][clause["when"]]["acts"] == "retroactive":
        counter = world.deal["triggers"][clause["when"]]["counter"]
        over = world.deal["counters"][counter]["over"]
    elif rate.get("per") == "year":
        over = "year"
    anew = over == "period" or (over == "year" and old.get("year") != contract_year(world))
    return {} if anew else old


def _post(world, clause, mine, earned, pots, cells, sold):
    """Round a clause's money into its accounts, divide it to cells, return its memory."""
    coins = world.coins
    parts = {}
    for row in mine.rows:
        for payee, share in shares(clause, row, world):
            parts.setdefault(payee, []).append((row, row.money * share * coins.unit))
    order = _receivers(world, clause, parts)
    exact = [sum((money for _, money in parts.get(p, [])), Fraction(0)) for p in order]
    total = coins.post(sum((row.money for row in mine.rows), Fraction(0)))
    by_work = {}
    for payee, posted in zip(order, divide(total, exact), strict=True):
        into_pot = isinstance(payee, tuple)
        if into_pot:
            pots.pay_in(payee[1], posted)
        else:
            earned[payee][clause["id"]] = posted
            _sold(world, payee, clause, parts.get(payee, []), posted, sold)
        for (kind, *place), units, money in _divided(parts.get(payee, []), posted):
            work = place[0] or ""
            by_work[work] = by_work.get(work, 0) + money
            if not into_pot and (money or units):
                cells.append(_cell(world, payee, clause["id"], kind, place, units, money))
    return _memory(world, mine, by_work, total)


def _sold(world, payee, clause, rows, posted, sold):
    """Divide a payee's money of a clause among the reserves that keep a part of its sales."""
    reserves = world.deal.get("accounts", {}).get(payee, {}).get("reserves", [])
    if not reserves:
        return
    exact = [Fraction(0)] * (len(reserves) + 1)
    for row, money in rows:
        exact[_reserve_of(world, clause, reserves, row)] += money
    for reserve, units in zip(reserves, divide(posted, exact), strict=False):
        sold.setdefault(payee, {})[reserve["id"], clause["id"]] = units


def _reserve_of(world, clause, reserves, row):
    """Return the place of the first reserve that takes a row's line; the last place: none."""
    if row.item is None:
        return len(reserves)
    line = row.item.line
    counted = num(line.get("units") or 0) or num(line.get("amount") or 0)
    if counted >= 0:
        for place, reserve in enumerate(reserves):
            if clause["id"] in reserve.get("clauses", [clause["id"]]) and world.holds(
                reserve.get("where"), line
            ):
                return place
    return len(reserves)


def _receivers(world, clause, parts):
    to = clause["to"]
    if isinstance(to, str):
        return [to]
    if "pot" in to:
        return [("pot", to["pot"])]
    split = world.deal["splits"][to["split"]]
    listed = split.get("percent") or split.get("weights")
    return list(listed) if listed else list(world.deal["payees"])


def _divided(rows, posted):
    """Divide one payee's posted money to cells: [(key, units, money)]."""
    grouped = {}
    for row, money in rows:
        key = (row.kind, row.work, *row.place)
        cell = grouped.setdefault(key, [None, Fraction(0)])
        cell[1] += money
        if row.units is not None:
            cell[0] = (cell[0] or 0) + row.units
    keys = sorted(grouped, key=lambda key: [(v is not None, v or "") for v in (*key[1:], key[0])])
    amounts = divide(posted, [grouped[key][1] for key in keys]) if keys else []
    return [(key, grouped[key][0], money) for key, money in zip(keys, amounts, strict=True)]


def _cell(world, payee, clause, kind, place, units, money):
    return {
        "payee": payee,
        "clause": clause,
        "kind": kind,
        **dict(zip(("work", *PLACE), place, strict=True)),
        "units": shown(units or 0),
        "amount": world.coins.text(money),
    }


def _memory(world, mine, by_work, total):
    coins, memory = world.coins, mine.memory
    if memory is None:
        return None
    if "works" in memory:
        works = {
            work: {
                "base": shown(base),
                "earned": coins.text(coins.post(paid) + by_work.get(work, 0)),
            }
            for work, (base, paid) in memory["works"].items()
        }
        return {"year": contract_year(world), "works": works}
    if "members" in memory:
        paid = coins.text(coins.post(memory["paid"]) + total)
        return {"year": contract_year(world), "members": memory["members"], "earned": paid}
    return memory


def _steps(world, paid, earned, cells):
    for step, payees in paid.items():
        for payee, units in payees.items():
            earned[payee][step] = earned[payee].get(step, 0) + units
            if units:
                place = (None,) * 5
                cells.append(_cell(world, payee, step, "step", place, None, units))
