"""One payee's account: from earnings to what is payable."""

from datetime import date
from fractions import Fraction

from kernel.period import Period
from tests.engine.oracle.numbers import num, proportion


def settle(world, payee, earned, old, sold=None):
    """Return (result, closing) of a payee; ``earned`` is {clause or step: units}.

    ``sold`` is {(reserve, clause): units} of the sales that each reserve keeps a part of.
    """
    account = world.deal.get("accounts", {}).get(payee, {})
    coins, closing = world.coins, {}
    raw = sum(earned.values())
    cap = _cap(world, account.get("cap"), raw, old.get("cap", {}), closing)
    floor = _floor(world, account.get("floor"), raw + cap, old.get("floor", {}), closing)
    carried_in = coins.of(old.get("carried", "0"))
    share = Fraction(raw + cap, raw) if raw > 0 and cap < 0 else Fraction(1)
    reserves, withheld, released = _reserves(world, account, old, sold or {}, share, closing)
    amounts = {**earned, "\0cap": cap, "floor": floor, "\0carried": carried_in}
    for (_, clause), units in withheld.items():
        amounts[clause] -= units
    back = {}
    for (_, label, clause), units in released.items():
        back[(clause, label)] = back.get((clause, label), 0) + units
    amounts.update(back)
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
        **({"reserves": reserves} if reserves else {}),
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


def _reserves(world, account, old, sold, share, closing):
    """Return the results, what was withheld (by reserve, clause) and released (with its label)."""
    coins, terms = world.coins, {each["id"]: each for each in account.get("reserves", [])}
    before = old.get("reserves", {})
    results, withheld, released, kept = {}, {}, {}, {}
    for name in [*terms, *(n for n in before if n not in terms)]:
        term, mine = terms.get(name), {}
        ended = term and term.get("liquidated_on", "9999") <= world.period.last_day.isoformat()
        for label, clauses in before.get(name, {}).items():
            for clause, parts in clauses.items():
                now = parts if ended else parts[:1]
                released[name, label, clause] = sum(map(coins.of, now))
                if len(now) < len(parts):
                    mine.setdefault(label, {})[clause] = parts[len(now) :]
        if term and not ended:
            for (reserve, clause), units in sold.items():
                if reserve != name or units <= 0:
                    continue
                exact = Fraction(units, coins.unit) * num(term["percent"]) / 100 * share
                part = coins.post(exact)
                if part:
                    withheld[name, clause] = part
                    shares = [part * num(p) / 100 // 1 for p in term["release"][:-1]]
                    shares.append(part - sum(shares))
                    mine.setdefault(world.label, {})[clause] = [coins.text(s) for s in shares]
        if term or mine:
            kept[name] = mine
        results[name] = {
            "withheld": coins.text(sum(u for (n, _), u in withheld.items() if n == name)),
            "released": coins.text(sum(u for (n, _, _), u in released.items() if n == name)),
        }
    if terms or before:
        closing["reserves"] = kept
    return results, withheld, released


def _own(name):
    """Return the clause or step of an amount, and the period that withheld it, if released."""
    return name if isinstance(name, tuple) else (name, None)


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
    names = [n for n in above if (sources is None or _own(n)[0] in sources) and above[n] > 0]
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
        windows = _windows(world, guarantee, [_own(n)[1] for n in above])
        memory = {
            key: [coins.of(v["earned"]), coins.of(v["paid"])]
            for key, v in old.get("guarantees", {}).get(name, {}).items()
        }
        result = {"at_close": 0, "instalments": []}
        mine = [
            n for n in above if "clauses" not in guarantee or _own(n)[0] in guarantee["clauses"]
        ]
        for key, spans, instalments in windows:
            state = memory.setdefault(key, [0, 0])
            _between(world, guarantee, spans, instalments, state, paid_in, result)
            here = [n for n in mine if n in above and _inside(world, _own(n)[1], spans)]
            if here or _inside(world, None, spans):
                state[0] += sum(above.pop(n) for n in here)
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


def _inside(world, label, spans):
    """Return whether a period (this one without a label) lies in one of the windows."""
    starts = world.deal["accounting"].get("year_starts", "01-01")
    period = Period.of(label, year_starts=starts) if label else world.period
    return any(first <= period.start and period.last_day <= last for first, last in spans)


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


def _windows(world, guarantee, labels):
    """Return [(key, [(first, last)], [(on, units)])], one for all windows when crossed."""
    coins = world.coins
    if "every" in guarantee:
        start = world.deal["accounting"].get("year_starts", "01-01")
        days = [Period.of(each, year_starts=start).start for each in labels if each]
        found = []
        for year in sorted({contract_year(world, day) for day in [None, *days]}):
            first = date.fromisoformat(f"{year}-{start}")
            last = date.fromordinal(date.fromisoformat(f"{year + 1}-{start}").toordinal() - 1)
            too_early = first.isoformat() < guarantee.get("from", "")
            if not too_early and last.isoformat() <= guarantee.get("to", "9"):
                dues = [(last, coins.of(guarantee["amount"]))]
                found.append((first.isoformat(), [(first, last)], dues))
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
