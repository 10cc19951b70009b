"""Counters on their way through a period: from crossing to crossing."""

from fractions import Fraction

from tests.engine.oracle.numbers import OracleRefusal, num
from tests.engine.oracle.rates import constant, mean_on_straight_way, step_at, step_earns, threshold


class Thing:
    """A ladder on a counter (or a trigger's single step) and the step it is on."""

    def __init__(self, key, counter, starts, inclusive):
        self.key, self.counter, self.starts, self.inclusive = key, counter, starts, inclusive
        self.at = 0


class Way:
    """One stretch of even flow: a whole period, or one day of it."""

    def __init__(self, deal, world, items, lines, opening, latched):
        self.deal, self.world, self.items, self.lines = deal, world, items, lines
        self.counters = deal.get("counters", {})
        self.triggers = deal.get("triggers", {})
        self.opening, self.latched = dict(opening), latched
        self.straight = {name: self._counted(name) for name in self.counters}
        self.clauses = {clause["id"]: clause for clause in deal["income"]}
        self.things = self._things()
        self.segments = []
        self.closing = self._run()

    def _counted(self, name):
        """Return how far a counter goes that doesn't depend on rates; None for royalty."""
        counter, world = self.counters[name], self.world
        measure = counter["measure"]
        if measure == "royalty":
            return None
        if measure == "costs":
            return Fraction(0)
        if measure == "base":
            return sum(
                (
                    item.base
                    for of in counter["of"]
                    for item in self.items[of]
                    if world.holds(counter.get("where"), item.line)
                ),
                Fraction(0),
            )
        total = Fraction(0)
        for line in self.lines:
            if not world.holds(counter.get("where"), line):
                continue
            if measure == "units" or "per_unit" in measure:
                if line.get("units") in (None, ""):
                    continue
                times = num(measure["per_unit"]) if measure != "units" else 1
                total += num(line["units"]) * times
            elif line.get("amount") not in (None, ""):
                times = num(measure["percent"]) / 100 if measure != "amount" else 1
                total += world.money(line, "amount") * times
        return total

    def _things(self):
        found = []
        for clause in self.deal["income"]:
            tiers = clause["rate"].get("tiers")
            if tiers and tiers["kind"] == "marginal":
                found.append(_ladder(clause["id"], tiers))
        for name, trigger in self.triggers.items():
            if trigger["acts"] == "prospective" and name not in self.latched:
                found.append(Thing(("trigger", name), None, [None, Fraction(0)], [None, True]))
        return found

    def position(self, thing, values):
        """Return where a thing's counter stands (for a trigger: above its goal)."""
        if thing.counter is not None:
            return values[thing.counter]
        trigger = self.triggers[thing.key[1]]
        goal = trigger["reaches"]
        goal = values[goal["counter"]] if isinstance(goal, dict) else num(goal)
        return values[trigger["counter"]] - goal

    def earns(self, clause, item, state):
        """Return what an item earns per whole period in a state (adjustments included)."""
        rate = clause["rate"]
        if "when" in clause and not self._reached(clause["when"], state):
            return Fraction(0)
        if "tiers" in rate:
            step = rate["tiers"]["steps"][state[clause["id"]]]
            return step_earns(step, item) * item.factor
        if "greater_of" in rate or "lesser_of" in rate:
            return self.best_of_line(clause, item) * item.factor
        return sum(money for _, money in constant(rate, item, self.world)) * item.factor

    def _reached(self, name, state):
        return name in self.latched or state.get(("trigger", name)) == 1

    def best_of_line(self, clause, item):
        """Return the amount of the better member for one line."""
        rate = clause["rate"]
        amounts = [self.member(member, item) for member in members(rate)]
        pick = max if "greater_of" in rate else min
        return pick(amounts, key=abs)

    def member(self, member, item):
        """Return what a line earns at one member of a greater-of rate over this stretch."""
        if "tiers" not in member:
            return sum(money for _, money in constant(member, item, self.world))
        tiers = member["tiers"]
        opening = self.opening[tiers["counter"]]
        closing = opening + self.straight[tiers["counter"]]
        if tiers["kind"] == "marginal":
            return mean_on_straight_way(tiers["steps"], opening, closing, item)
        return step_earns(tiers["steps"][step_at(tiers["steps"], max(opening, closing))], item)

    def _speeds(self, state):
        speeds = {}
        for name, counter in self.counters.items():
            if self.straight[name] is not None:
                speeds[name] = self.straight[name]
                continue
            speeds[name] = sum(
                (
                    self.earns(self.clauses[of], item, state)
                    for of in counter["of"]
                    for item in self.items[of]
                    if self.world.holds(counter.get("where"), item.line)
                ),
                Fraction(0),
            )
        return speeds

    def _state(self):
        return {thing.key: thing.at for thing in self.things}

    def _run(self):
        values = dict(self.opening)
        for thing in self.things:
            thing.at = _standing(thing, self.position(thing, values))
        self._settle(values)
        gone = Fraction(0)
        while True:
            state = self._state()
            speeds = self._speeds(state)
            length = 1 - gone
            arrived = []
            for thing in self.things:
                needed, heading = self._next(thing, values, speeds)
                if needed is None or needed > length:
                    continue
                if needed < length:
                    arrived, length = [], needed
                arrived.append((thing, heading))
            self.segments.append((length, state))
            values = {name: values[name] + speeds[name] * length for name in values}
            gone += length
            if gone == 1:
                return values
            for thing, heading in arrived:
                thing.at += heading
            self._settle(values)

    def _next(self, thing, values, speeds):
        at = self.position(thing, values)
        moved = {name: values[name] + speeds[name] for name in values}
        speed = self.position(thing, moved) - at
        if speed > 0 and thing.at + 1 < len(thing.starts):
            return (thing.starts[thing.at + 1] - at) / speed, 1
        if speed < 0 and thing.at > 0:
            return (thing.starts[thing.at] - at) / speed, -1
        return None, 0

    def _settle(self, values):
        """Choose the side for everything that stands on a step, until nothing changes."""
        for _ in range(len(self.things) + 1):
            before = self._state()
            for thing in self.things:
                at = self.position(thing, values)
                if at in thing.starts[1:]:
                    thing.at = self._side(thing, thing.starts.index(at), values)
            if self._state() == before:
                return
        raise OracleRefusal("counter_turns_back")

    def _side(self, thing, upper, values):
        speeds = {}
        kept = thing.at
        for side in (upper, upper - 1):
            thing.at = side
            speed = self._speeds(self._state())
            moved = {name: values[name] + speed[name] for name in values}
            speeds[side] = self.position(thing, moved) - self.position(thing, values)
        thing.at = kept
        above, below = speeds[upper], speeds[upper - 1]
        if above > 0:
            return upper
        if below < 0:
            return upper - 1
        if above == 0 and below == 0:
            return kept
        if above == 0:
            return upper
        if below == 0:
            return upper - 1
        raise OracleRefusal("counter_turns_back")

    def reached_at_close(self):
        """Return the triggers that stand reached when the stretch ends."""
        found = set(self.latched)
        for name, trigger in self.triggers.items():
            goal = trigger["reaches"]
            goal = self.closing[goal["counter"]] if isinstance(goal, dict) else num(goal)
            if self.closing[trigger["counter"]] >= goal:
                found.add(name)
        return found


def members(rate):
    """Return the members of a greater-of or lesser-of rate."""
    return rate.get("greater_of") or rate["lesser_of"]


def _ladder(key, tiers):
    starts = [None] + [threshold(step) for step in tiers["steps"][1:]]
    return Thing(key, tiers["counter"], starts, ["from" in step for step in tiers["steps"]])


def _standing(thing, value):
    found = 0
    for number, start in enumerate(thing.starts[1:], 1):
        if value > start or (value == start and thing.inclusive[number]):
            found = number
    return found
