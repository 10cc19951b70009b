"""Which lines a clause takes, and the base of each."""

import re
from datetime import date
from fractions import Fraction

from tests.engine.oracle.numbers import OracleRefusal, num

DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class World:
    """What one calculation is given, with the questions that every rule asks."""

    def __init__(self, deal, period, label, costs, rates, fx, matches):
        self.deal, self.period, self.label = deal, period, label
        self.costs, self.rates, self.fx, self.matches = costs, rates or {}, fx or {}, matches
        self.currency = deal["currency"]
        as_of = deal.get("territories_as_of", "sold_on")
        self.as_of = None if as_of == "sold_on" else date.fromisoformat(as_of)

    def day(self, line):
        """Return a line's day: sold_on, else usage_end, else the period's last."""
        given = line.get("sold_on") or line.get("usage_end")
        return date.fromisoformat(given) if given else self.period.last_day

    def inside(self, expressions, line):
        """Return whether the line's territory lies in an expression (or one of a list)."""
        code = line.get("territory")
        if not code:
            return False
        several = [expressions] if isinstance(expressions, str) else expressions
        on = self.as_of or self.day(line)
        return any(self.matches(expression, code, on) for expression in several)

    def holds(self, where, line):
        """Return whether every condition of ``where`` holds for the line."""
        return all(self._one(name, wanted, line) for name, wanted in (where or {}).items())

    def _one(self, name, wanted, line):
        if name == "not":
            return not any(
                self.holds(each, line)
                for each in (wanted if isinstance(wanted, list) else [wanted])
            )
        if name == "territory":
            return self.inside(wanted, line)
        value = self.day(line).isoformat() if name == "sold_on" else line.get(name)
        if value is None or value == "":
            return False
        value = str(value)
        if isinstance(wanted, list):
            return value in wanted
        ends = [wanted[end] for end in ("from", "to") if end in wanted]
        as_number = not all(DATE.match(end) for end in ends)
        try:
            value = num(value) if as_number else value
        except ValueError:
            return False
        first, last = (
            num(wanted[e]) if as_number and e in wanted else wanted.get(e) for e in ("from", "to")
        )
        return (first is None or value >= first) and (last is None or value <= last)

    def quantity(self, line, name):
        """Return a number of the line that a clause needs."""
        value = line.get(name)
        if value is None or value == "":
            raise OracleRefusal("quantity_missing", name)
        return num(value)

    def money(self, line, name):
        """Return money of the line in the deal's currency."""
        amount = self.quantity(line, name)
        currency = line.get("currency") or self.currency
        return amount * self.rate(currency, line)

    def rate(self, currency, line, on=None):
        """Return how many of the deal's units one unit of ``currency`` is."""
        if currency == self.currency:
            return Fraction(1)
        at = self.deal.get("fx", {}).get("at", "period_end")
        if at == "average":
            day = None
        elif at == "period_end":
            day = self.period.last_day
        elif at == "received" and on is None:
            if not line.get("received_on"):
                raise OracleRefusal("quantity_missing", "received_on")
            day = date.fromisoformat(line["received_on"])
        else:
            day = on or self.day(line)
        direct = self._newest(
            day, lambda r: (r.get("from"), r.get("to")) == (currency, self.currency)
        )
        if direct is not None:
            return direct
        pivot = self.fx.get("pivot")
        values = []
        for each in (self.currency, currency):
            value = (
                Fraction(1)
                if each == pivot
                else self._newest(day, lambda r, each=each: r.get("currency") == each)
            )
            if value is None:
                raise OracleRefusal("fx_missing", each)
            values.append(value)
        return values[0] / values[1]

    def _newest(self, day, fits):
        found = None
        for row in self.fx.get("rates", []):
            if not fits(row):
                continue
            if day is None:
                if row.get("period") == self.label:
                    return num(row["rate"])
            elif (
                row.get("on")
                and row["on"] <= day.isoformat()
                and (found is None or row["on"] > found[0])
            ):
                found = (row["on"], num(row["rate"]))
        return found[1] if found else None

    def costs_of(self, categories, payee=None):
        """Return the period's costs of some categories, each posted in the deal's currency."""
        total = 0
        for cost in self.costs:
            if cost["category"] in categories and (payee is None or cost.get("payee") == payee):
                total += self.cost_units(cost)
        return total

    def cost_units(self, cost):
        """Return a cost in smallest units of the deal's currency."""
        on = date.fromisoformat(cost["date"]) if cost.get("date") else self.period.last_day
        amount = num(cost["amount"])
        return self.coins.post(amount * self.rate(cost.get("currency") or self.currency, cost, on))


class Item:
    """A line that a clause has taken."""

    def __init__(self, clause, line, world):
        self.line = line
        self.day = world.day(line)
        self.units = num(line["units"]) if line.get("units") not in (None, "") else None
        self.base = None if "base" not in clause else _base(clause, line, world)
        self.factor = Fraction(1)
        for adjustment in clause.get("adjustments", []):
            if world.holds(adjustment.get("where"), line):
                self.factor *= num(adjustment["factor"])

    def need_units(self):
        """Return the units, which a rate needs."""
        if self.units is None:
            raise OracleRefusal("quantity_missing", "units")
        return self.units


def _base(clause, line, world):
    base = clause["base"]
    if base == "amount":
        value = world.money(line, "amount")
    elif base == "units":
        value = world.quantity(line, "units")
    elif base == "list_price":
        value = world.money(line, "list_price") * world.quantity(line, "units")
    else:
        read = world.money if base["money"] else world.quantity
        value = read(line, base["quantity"])
        if base.get("times_units"):
            value *= world.quantity(line, "units")
    if "at_source" in clause:
        value = value * 100 / num(clause["at_source"])
    return _deducted(clause, line, world, value)


def _deducted(clause, line, world, base):
    left = base
    for deduction in clause.get("deductions", []):
        if "percent" in deduction:
            of = base if deduction["of"] == "base" else left
            left -= of * num(deduction["percent"]) / 100
        elif "per_unit" in deduction:
            left -= world.quantity(line, "units") * num(deduction["per_unit"])
        elif "quantity" in deduction:
            if "each" in deduction:
                taken = world.quantity(line, deduction["quantity"]) * num(deduction["each"])
            else:
                taken = world.money(line, deduction["quantity"])
            if deduction.get("times_units"):
                taken *= world.quantity(line, "units")
            left -= taken
        elif "paid_at_source" in deduction:
            left -= world.money(line, deduction["paid_at_source"])
        left = max(left, Fraction(0)) if base > 0 else min(left, Fraction(0)) if base else base
    return left


def take(deal, lines, world):
    """Return each clause's items, and by group what nobody took and what two could have taken."""
    items = {clause["id"]: [] for clause in deal["income"]}
    groups = deal.get("groups") or [""]
    untaken = {group: [0, Fraction(0)] for group in groups}
    overlaps = {}
    for line in lines:
        amount = None
        for group in groups:
            fitting = [
                clause
                for clause in deal["income"]
                if clause.get("group", groups[0]) == group
                and (clause["rate"].get("per") == "work" or "fixed" not in clause["rate"])
                and world.holds(clause.get("where"), line)
            ]
            if amount is None and (not fitting or len(fitting) > 1):
                has = line.get("amount") not in (None, "")
                amount = world.money(line, "amount") if has else Fraction(0)
            if not fitting:
                untaken[group][0] += 1
                untaken[group][1] += amount
                continue
            items[fitting[0]["id"]].append(Item(fitting[0], line, world))
            for also in fitting[1:]:
                seen = overlaps.setdefault((group, fitting[0]["id"], also["id"]), [0, Fraction(0)])
                seen[0] += 1
                seen[1] += amount
    for clause in deal["income"]:
        _fixed_deductions(clause, items[clause["id"]])
    return items, untaken, overlaps


def _fixed_deductions(clause, items):
    for deduction in clause.get("deductions", []):
        if "fixed" in deduction:
            total = sum(item.base for item in items)
            if total > 0:
                share = max(total - num(deduction["fixed"]), 0) / total
                for item in items:
                    item.base *= share
