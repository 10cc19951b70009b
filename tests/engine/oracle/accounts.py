"""One payee's account: from earnings to what is payable."""

from datetime import date

from tests.engine.oracle.numbers import num, proportion


def settle(world, payee, earned, old):
    """Return (result, closing) of a payee; ``earned`` is {clause or step: units}."""
    account = world.deal.get("accounts", {}).get(payee, {})
    coins, closing = world.coins, {}
    raw = sum(earned.values())
    cap = _cap(world, account.get("cap"), raw, old.get("cap", {}), closing)
    floor = _floor(world, account.get("floor"), raw + cap, old.get("floor", {}), closing)
    carried_in = coins.of(old.get("carried", "0"))
    amounts = {**earned, "\0cap": cap, "floor": floor, "\0carried": carried_in}
    above = {name: units for name, units in amounts.items() if units > 0}
    total = sum(amounts.values())
    closing["carried"] = coins.text(min(total, 0))
    if total <= 0:
        above = {}
    else:
        above = dict(zip(above, proportion(total, list(above.values())), strict=True))
    advances, recouped = _recoup(world, account, above, old, closing)
    guarantees, at_close = _guarantees(world, account, above, old, closing)
    due = at_close + sum(above.values())
    held = coins.of(old.get("held", "0")) + due
    minimum = coins.of(world.deal["payees"][payee].get("minimum_payout", "0"))
    payable = held if held >= minimum else 0
    closing["held"] = coins.text(held - payable)
    result = {
        "earned": {name: coins.text(units) for name, units in earned.items()},
        "cap": coins.text(cap),
        "floor": coins.text(floor),
        "carried_in": coins.text(carried_in),
        "recouped": {name: coins.text(units) for name, units in recouped.items()},
        "advances": {name: coins.text(units) for name, units in advances.items()},
        "guarantees": guarantees,
        "due": coins.text(due),
        "held": coins.text(held - payable),
        "payable": coins.text(payable),
    }
    return result, closing


def contract_year(world, day=None):
    """Return the calendar year in which the contract year of a day begins."""
    day = day or world.period.start
    month, first = map(int, world.deal["accounting"].get("year_starts", "01-01").split("-"))
    return day.year if (day.month, day.day) >= (month, first) else day.year - 1


def year_ends_here(world):
    """Return whether the period is its contract year's last."""
    return contract_year(world, world.period.end) != contract_year(world)


def _counted(world, term, old):
    if term["over"] == "period" or (
        term["over"] == "year" and old.get("year") != contract_year(world)
    ):
        return 0
    return world.coins.of(old.get("counted", "0"))


def _cap(world, term, raw, old, closing):
    if not term:
        return 0
    limit, counted = world.coins.of(term["amount"]), _counted(world, term, old)
    closing["cap"] = {"year": contract_year(world), "counted": world.coins.text(counted + raw)}
    return min(limit, counted + raw) - min(limit, counted) - raw


def _floor(world, term, earned, old, closing):
    if not term:
        return 0
    counted = _counted(world, term, old) + earned
    closing["floor"] = {"year": contract_year(world), "counted": world.coins.text(counted)}
    if term["over"] == "year" and not year_ends_here(world):
        return 0
    return max(0, world.coins.of(term["amount"]) - counted)


def _recoup(world, account, above, old, closing):
    coins, period = world.coins, world.period
    unrecouped = {n: coins.of(v) for n, v in old.get("unrecouped", {}).items()}
    guaranteed = {a for g in account.get("guarantees", []) for a in g.get("advances", [])}
    advances, recouped, wanted = {}, {}, []
    for advance in account.get("advances", []):
        name = advance["id"]
        if period.contains(date.fromisoformat(advance["on"])):
            advances[name] = coins.of(advance["amount"])
            if advance.get("recoupable", True) and name not in guaranteed:
                unrecouped[name] = unrecouped.get(name, 0) + advances[name]
        if advance.get("recoupable", True) and name not in guaranteed:
            wanted.append((name, advance.get("recoup_from")))
    for cost in account.get("costs", []):
        spent = world.costs_of(cost["category"])
        share = coins.post(num(spent) / coins.unit * num(cost.get("percent", "100")) / 100)
        unrecouped[cost["id"]] = unrecouped.get(cost["id"], 0) + share
        wanted.append((cost["id"], cost.get("recoup_from")))
    for name, sources in wanted:
        left = max(0, unrecouped.get(name, 0))
        recouped[name] = _take(above, sources, left)
        unrecouped[name] = unrecouped.get(name, 0) - recouped[name]
    if wanted:
        closing["unrecouped"] = {name: coins.text(unrecouped[name]) for name, _ in wanted}
    return advances, recouped


def _take(above, sources, wanted):
    names = [n for n in above if (sources is None or n in sources) and above[n] > 0]
    available = sum(above[name] for name in names)
    taken = min(available, wanted)
    if taken:
        rest = proportion(available - taken, [above[name] for name in names])
        above.update(zip(names, rest, strict=True))
    return taken


def _guarantees(world, account, above, old, closing):
    coins, results, at_close = world.coins, {}, 0
    paid_in = {a["id"]: a for a in account.get("advances", [])}
    for guarantee in account.get("guarantees", []):
        name = guarantee["id"]
        windows = _windows(world, guarantee)
        memory = {
            key: [coins.of(v["earned"]), coins.of(v["paid"])]
            for key, v in old.get("guarantees", {}).get(name, {}).items()
        }
        result = {"at_close": 0, "instalments": []}
        mine = [n for n in above if "clauses" not in guarantee or n in guarantee["clauses"]]
        for key, spans, instalments in windows:
            state = memory.setdefault(key, [0, 0])
            _between(world, guarantee, spans, instalments, state, paid_in, result)
            if any(
                first <= world.period.start and world.period.last_day <= last
                for first, last in spans
            ):
                state[0] += sum(above.pop(n) for n in mine)
                fallen = sum(u for on, u in instalments if on <= world.period.last_day)
                pay = max(0, max(state[0], fallen) - state[1])
                state[1] += pay
                result["at_close"] += pay
        at_close += result["at_close"]
        results[name] = {
            "at_close": coins.text(result["at_close"]),
            "instalments": result["instalments"],
        }
        closing.setdefault("guarantees", {})[name] = {
            key: {"earned": coins.text(e), "paid": coins.text(p)} for key, (e, p) in memory.items()
        }
    return results, at_close


def _between(world, guarantee, spans, instalments, state, advances, result):
    """Pay what falls due inside the period, before its close."""
    period, coins = world.period, world.coins
    dated = [
        (on, 1, units) for on, units in instalments if period.contains(on) and on != period.last_day
    ]
    for name in guarantee.get("advances", []):
        on = date.fromisoformat(advances[name]["on"])
        if period.contains(on) and any(first <= on <= last for first, last in spans):
            dated.append((on, 0, coins.of(advances[name]["amount"])))
    for on, is_instalment, units in sorted(dated):
        if not is_instalment:
            state[1] += units
            continue
        fallen = sum(u for each, u in instalments if each <= on)
        pay = max(0, max(state[0], fallen) - state[1])
        if (on.isoformat()) in [r["on"] for r in result["instalments"]] and not pay:
            continue
        state[1] += pay
        result["instalments"].append({"on": on.isoformat(), "amount": coins.text(pay)})


def _windows(world, guarantee):
    """Return [(key, [(first, last)], [(on, units)])], one for all windows when crossed."""
    coins = world.coins
    if "every" in guarantee:
        year = contract_year(world)
        start = world.deal["accounting"].get("year_starts", "01-01")
        first = date.fromisoformat(f"{year}-{start}")
        last = date.fromordinal(date.fromisoformat(f"{year + 1}-{start}").toordinal() - 1)
        if first.isoformat() < guarantee.get("from", "") or last.isoformat() > guarantee.get(
            "to", "9"
        ):
            return []
        found = [(first.isoformat(), [(first, last)], [(last, coins.of(guarantee["amount"]))])]
    else:
        found = []
        for window in guarantee["windows"]:
            ends = tuple(date.fromisoformat(window[word]) for word in ("from", "to"))
            due = [
                (date.fromisoformat(i["on"]), coins.of(i["amount"])) for i in window["instalments"]
            ]
            found.append((window["from"], [ends], due))
    if guarantee.get("crossed"):
        spans = [span for _, each, _ in found for span in each]
        return [("all", spans, [i for _, _, due in found for i in due])]
    return found
