"""What each clause earns, row by row, and what it remembers."""

from fractions import Fraction

from tests.engine.oracle.flow import Way, members
from tests.engine.oracle.numbers import OracleRefusal, num, shown
from tests.engine.oracle.rates import constant, in_force, songs_of, step_at, step_earns

PLACE = ("territory", "channel", "source", "right_type")


class Row:
    """Exact money of one clause, with the cell it belongs to."""

    def __init__(self, kind, money, item=None, work=None, units=None):
        line = item.line if item else {}
        self.kind, self.money, self.item = kind, money, item
        self.work = work if work is not None else None
        self.place = tuple(line.get(name) or None for name in PLACE)
        self.units = units if units is not None else (item.units if item else None)


class Earned:
    """The exact earnings of one clause in one period."""

    def __init__(self, clause):
        self.clause, self.rows, self.excess, self.memory = clause, [], Fraction(0), None


def flow_through(deal, world, items, lines, opening, latched):
    """Return the stretches of the period (one, or one a day) with each one's items."""
    daily = any(c.get("flow") == "sold_on" for c in deal.get("counters", {}).values())
    if not daily:
        return [(Way(deal, world, items, lines, opening, latched), items)]
    given = {_own_day(line) for line in lines}
    days = sorted(day for day in given if day) + ([None] if None in given or not given else [])
    stretches = []
    for day in days:
        of_day = {
            name: [i for i in each if _own_day(i.line) == day] for name, each in items.items()
        }
        way = Way(deal, world, of_day, [r for r in lines if _own_day(r) == day], opening, latched)
        opening = way.closing
        latched = {
            name for name in way.reached_at_close() if deal["triggers"][name].get("latch", True)
        }
        stretches.append((way, of_day))
    return stretches


def _own_day(line):
    return line.get("sold_on") or line.get("usage_end") or None


def earn(clause, world, stretches, before, closing, reached):
    """Return what a clause earns: its rows, its excess cost and its memory."""
    earned = Earned(clause)
    rate = clause["rate"]
    when = world.deal.get("triggers", {}).get(clause.get("when"))
    if "fixed" in rate:
        _fixed(earned, stretches, before)
    elif rate.get("tiers", {}).get("kind") == "retroactive":
        _retroactive(earned, stretches, before, closing)
    elif when and when["acts"] == "retroactive":
        _waiting(earned, world, stretches, before, clause["when"] in reached)
    elif rate.get("per") in ("period", "year"):
        _best(earned, stretches, before)
    else:
        for way, items in stretches:
            for item in items[clause["id"]]:
                earned.rows += _moment_by_moment(clause, item, way, world)
    if "excess" in rate.get("cap", {}):
        for _, items in stretches:
            for item in items[clause["id"]]:
                earned.excess += songs_of(rate, item, world)[1] * item.need_units()
    return earned


def _moment_by_moment(clause, item, way, world):
    rate = clause["rate"]
    work = item.line.get("work") or None
    if rate.get("tiers", {}).get("kind") == "cliff":
        open_, close = (v[rate["tiers"]["counter"]] for v in (way.opening, way.closing))
        step = rate["tiers"]["steps"][step_at(rate["tiers"]["steps"], max(open_, close))]
        each = [(work, step_earns(step, item))]
    elif "tiers" in rate or "greater_of" in rate or "lesser_of" in rate:
        money = sum(length * way.earns(clause, item, state) for length, state in way.segments)
        return [Row("sales", money, item, work)]
    else:
        each = constant(rate, item, world)
    share = _share_of_way(clause, way)
    return [Row("sales", money * item.factor * share, item, song or None) for song, money in each]


def _share_of_way(clause, way):
    if "when" not in clause:
        return 1
    return sum(length for length, state in way.segments if way._reached(clause["when"], state))


def _fixed(earned, stretches, before):
    rate = earned.clause["rate"]
    amount = num(rate["fixed"])
    if rate["per"] == "work":
        works = {}
        for _, items in stretches:
            for item in items[earned.clause["id"]]:
                work = item.line.get("work") or None
                works[work] = works.get(work, 0) + (item.units or 0)
        earned.rows = [Row("fixed", amount, None, work, units) for work, units in works.items()]
    elif rate["per"] == "period" or not before.get("once"):
        earned.rows = [Row("fixed", amount)]
        if rate["per"] == "once":
            earned.memory = {"once": True}
    if rate["per"] == "once":
        earned.memory = {"once": True}


def _retroactive(earned, stretches, before, closing):
    tiers = earned.clause["rate"]["tiers"]
    step = tiers["steps"][step_at(tiers["steps"], closing[tiers["counter"]])]
    rate = num(step["percent"]) / 100 if "percent" in step else num(step["per_unit"])
    works = {
        work: [num(w["base"]), num(w["earned"])] for work, w in before.get("works", {}).items()
    }
    for work, (base, paid) in works.items():
        earned.rows.append(Row("retroactive", rate * base - paid, None, work or None))
    for _, items in stretches:
        for item in items[earned.clause["id"]]:
            measure = item.base if "percent" in step else item.need_units()
            work = item.line.get("work") or ""
            works.setdefault(work, [Fraction(0), Fraction(0)])[0] += measure * item.factor
            earned.rows.append(
                Row("sales", rate * measure * item.factor, item, item.line.get("work") or None)
            )
    earned.memory = {"works": works}


def _waiting(earned, world, stretches, before, reached):
    works = {
        work: [num(w["base"]), num(w["earned"])] for work, w in before.get("works", {}).items()
    }
    for work, (base, paid) in works.items():
        earned.rows.append(Row("retroactive", (base if reached else 0) - paid, None, work or None))
    for _, items in stretches:
        for item in items[earned.clause["id"]]:
            for work, money in constant(earned.clause["rate"], item, world):
                money *= item.factor
                works.setdefault(work or "", [Fraction(0), Fraction(0)])[0] += money
                shown_money = money if reached else Fraction(0)
                earned.rows.append(Row("sales", shown_money, item, work or None))
    earned.memory = {"works": works}


def _best(earned, stretches, before):
    rate = earned.clause["rate"]
    choices = members(rate)
    each = []
    for way, items in stretches:
        for item in items[earned.clause["id"]]:
            each.append((item, [way.member(m, item) * item.factor for m in choices]))
    sums = [sum((amounts[n] for _, amounts in each), Fraction(0)) for n in range(len(choices))]
    yearly = rate["per"] == "year"
    old = [num(m) for m in before.get("members", [])] or [Fraction(0)] * len(choices)
    compared = [a + b for a, b in zip(old, sums, strict=True)] if yearly else sums
    pick = max if "greater_of" in rate else min
    winner = compared.index(pick(compared))
    earned.rows = [
        Row("sales", amounts[winner], item, item.line.get("work") or None) for item, amounts in each
    ]
    if yearly:
        paid = num(before.get("earned", "0"))
        earned.rows.append(Row("year", old[winner] - paid))
        earned.memory = {"members": [shown(value) for value in compared], "paid": paid}


def shares(clause, row, world):
    """Return [(payee, share)] of one row, shares adding to one."""
    to = clause["to"]
    if not isinstance(to, dict) or "pot" in to:
        return [(to if isinstance(to, str) else ("pot", to["pot"]), Fraction(1))]
    split = world.deal["splits"][to["split"]]
    if "percent" in split:
        given = {p: num(v) / 100 for p, v in split["percent"].items() if v != "rest"}
        rest = 1 - sum(given.values())
        return [(p, rest if v == "rest" else given[p]) for p, v in split["percent"].items()]
    if "weights" in split:
        total = sum(map(num, split["weights"].values()))
        return [(payee, num(weight) / total) for payee, weight in split["weights"].items()]
    return _by_shares(split, row, world)


def _by_shares(split, row, world):
    if split["shares"] not in world.rates:
        raise OracleRefusal("table_missing", split["shares"])
    day = row.item.day if row.item else world.period.last_day
    listed = [
        share
        for share in world.rates[split["shares"]]
        if share["work"] == row.work
        and in_force(share, day)
        and (split["among"] == "all" or share.get("controlled") == "yes")
    ]
    total = sum(num(share["parts"]) for share in listed)
    if not total:
        listed, total = [{"payee": None, "parts": "1"}], 1
    found = {}
    for share in listed:
        payee = share["payee"] if share["payee"] in world.deal["payees"] else split.get("else")
        if payee is None:
            raise OracleRefusal("shares_missing", row.work)
        found[payee] = found.get(payee, Fraction(0)) + num(share["parts"]) / total
    return list(found.items())
