"""Pots, emptied step after step."""

from datetime import date
from fractions import Fraction

from tests.engine.oracle.numbers import num, proportion


class Pots:
    """Every pot: all that entered it, and what is left."""

    def __init__(self, carried):
        self.whole, self.left = dict(carried), dict(carried)

    def pay_in(self, name, units):
        """Put money into a pot."""
        self.whole[name] = self.whole.get(name, 0) + units
        self.left[name] = self.left.get(name, 0) + units

    def take(self, name, units):
        """Take at most what the pot holds; return what was taken."""
        taken = max(0, min(units, self.left.get(name, 0)))
        self.left[name] = self.left.get(name, 0) - taken
        return taken


def pour(world, pots, raised, before):
    """Run the steps; return ({step: {payee: units}}, {step: memory})."""
    paid, memory = {}, {}
    for step in world.deal.get("waterfall", []):
        mine = paid.setdefault(step["id"], {})
        old = before.get(step["id"], {})
        if "fee" in step:
            of = pots.whole.get(step["fee"]["of"], 0)
            due = world.coins.post(
                Fraction(of, world.coins.unit) * num(step["fee"]["percent"]) / 100
            )
            mine[step["fee"]["to"]] = pots.take(step["from"], due)
        elif "costs" in step:
            memory[step["id"]] = _costs(world, step, pots, raised, old, mine)
        elif "recoup" in step:
            memory[step["id"]] = _recoup(world, step, pots, old, mine)
        else:
            _split(step, pots, mine)
        if "as" in step and pots.left.get(step["from"], 0) >= 0:
            rest = pots.left.get(step["from"], 0)
            pots.left[step["from"]] = 0
            pots.pay_in(step["as"], rest)
    return paid, memory


def _costs(world, step, pots, raised, old, mine):
    term, coins = step["costs"], world.coins
    eligible = world.costs_of(term["category"])
    eligible += sum(raised.get(category, 0) for category in set(term["category"]))
    counted = coins.of(old.get("counted", "0"))
    if "cap" in term:
        limit = coins.of(term["cap"]["amount"])
        room = limit - counted if term["cap"]["over"] == "life" else limit
        eligible = min(eligible, room)
    principal = coins.of(old.get("outstanding", "0")) + eligible
    interest = coins.of(old.get("interest", "0"))
    interest += _accrued(world, term.get("interest"), principal, interest)
    taken = pots.take(step["from"], principal + interest)
    mine[term["to"]] = taken
    first = min(taken, interest)
    return {
        "counted": coins.text(counted + eligible),
        "outstanding": coins.text(principal - (taken - first)),
        "interest": coins.text(interest - first),
    }


def _recoup(world, step, pots, old, mine):
    coins, balances = world.coins, []
    for party in step["recoup"]["parties"]:
        was = old.get(party["to"], {})
        principal = coins.of(was.get("principal", "0"))
        interest = coins.of(was.get("interest", "0"))
        premium = num(party.get("premium", "100")) / 100
        if "amount" in party and not was.get("begun"):
            principal += coins.post(num(party["amount"]) * premium)
        if "contributions" in party:
            given = world.costs_of(party["contributions"], party["to"])
            principal += coins.post(Fraction(given, coins.unit) * premium)
        interest += _accrued(world, party.get("interest"), principal, interest)
        balances.append([party["to"], principal, interest])
    owed = [max(0, principal + interest) for _, principal, interest in balances]
    taken = pots.take(step["from"], sum(owed))
    parts = proportion(taken, owed) if sum(owed) else [0] * len(owed)
    memory = {}
    for (payee, principal, interest), part in zip(balances, parts, strict=True):
        first = min(part, interest)
        mine[payee] = mine.get(payee, 0) + part
        memory[payee] = {
            "principal": coins.text(principal - (part - first)),
            "interest": coins.text(interest - first),
            "begun": True,
        }
    return memory


def _split(step, pots, mine):
    parts = step["split"]["parts"]
    taken = pots.take(step["from"], max(0, pots.left.get(step["from"], 0)))
    for part, units in zip(
        parts, proportion(taken, [num(p["weight"]) for p in parts]), strict=True
    ):
        if isinstance(part["to"], dict):
            pots.pay_in(part["to"]["pot"], units)
        else:
            mine[part["to"]] = mine.get(part["to"], 0) + units


def _accrued(world, term, principal, interest):
    if not term or principal <= 0:
        return 0
    start, end = world.period.start, world.period.end
    if "from" in term:
        start = max(start, date.fromisoformat(term["from"]))
    if start >= end:
        return 0
    on = principal + (interest if term["kind"] == "compound" else 0)
    money = Fraction(on, world.coins.unit) * num(term["percent"]) / 100
    return world.coins.post(money * _part_of_year(term["day_count"], start, end))


def _part_of_year(count, start, end):
    if count == "30/360":
        days = (end.year - start.year) * 360 + (end.month - start.month) * 30
        return Fraction(days + min(end.day, 30) - min(start.day, 30), 360)
    return Fraction((end - start).days, 365 if count == "actual/365" else 360)
