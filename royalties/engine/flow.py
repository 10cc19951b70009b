"""Counters on their way through a stretch of even flow, from crossing to crossing.

docs/deals.md, "How several counters move together". A stretch is a period, or one day of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from royalties.engine.errors import CounterTurnsBack
from royalties.engine.terms import Counter, Step, Trigger

Values = dict[str, Fraction]
State = dict[str, int]
TRIGGER = "trigger:"


@dataclass(frozen=True)
class Ladder:
    """Steps over a counter, or over the difference to another; the first step has no beginning."""

    key: str
    counter: str
    starts: tuple[Fraction, ...]
    inclusive: tuple[bool, ...]
    less: str | None = None

    def position(self, values: Values) -> Fraction:
        """Return where the ladder's counter stands."""
        at = values[self.counter]
        return at - values[self.less] if self.less is not None else at

    def step_of(self, value: Fraction) -> int:
        """Return the step of the last unit counted at ``value``."""
        found = 0
        for number, (start, inclusive) in enumerate(
            zip(self.starts, self.inclusive, strict=True), 1
        ):
            if value > start or (inclusive and value == start):
                found = number
        return found


def ladder(key: str, counter: str, steps: Sequence[Step]) -> Ladder:
    """Return the ladder of a rate's tiers."""
    later = steps[1:]
    return Ladder(key, counter, tuple(s.value for s in later), tuple(s.inclusive for s in later))


def trigger_ladder(trigger: Trigger) -> Ladder:
    """Return a trigger as a ladder of one step, reached from its amount."""
    return Ladder(
        TRIGGER + trigger.name, trigger.counter, (trigger.amount,), (True,), trigger.other
    )


@dataclass
class Stretch:
    """One stretch: where the counters open, how they move, and the segments found."""

    ladders: list[Ladder]
    opening: Values
    speeds: Callable[[State], Values]
    segments: list[tuple[Fraction, State]] = field(default_factory=list)
    closing: Values = field(default_factory=dict)

    def run(self) -> "Stretch":
        """Go from crossing to crossing until the stretch is over."""
        values = dict(self.opening)
        state = {each.key: each.step_of(each.position(values)) for each in self.ladders}
        self._settle(state, values)
        gone = Fraction(0)
        while gone < 1:
            speeds = self.speeds(state)
            length, arrivals = self._next_crossing(state, values, speeds, 1 - gone)
            self.segments.append((length, dict(state)))
            values = {name: at + speeds[name] * length for name, at in values.items()}
            gone += length
            if gone < 1:
                for key, heading in arrivals:
                    state[key] += heading
                self._settle(state, values)
        self.closing = values
        return self

    def _next_crossing(
        self, state: State, values: Values, speeds: Values, longest: Fraction
    ) -> tuple[Fraction, list[tuple[str, int]]]:
        length, arrivals = longest, list[tuple[str, int]]()
        for each in self.ladders:
            at, speed, step = each.position(values), each.position(speeds), state[each.key]
            if speed > 0 and step < len(each.starts):
                needed, heading = (each.starts[step] - at) / speed, 1
            elif speed < 0 and step > 0:
                needed, heading = (each.starts[step - 1] - at) / speed, -1
            else:
                continue
            if needed < length:
                length, arrivals = needed, [(each.key, heading)]
            elif needed == length:
                arrivals.append((each.key, heading))
        return length, arrivals

    def _settle(self, state: State, values: Values) -> None:
        """Choose the side of every ladder that stands on one of its steps."""
        for _ in range(len(self.ladders) + 1):
            before = dict(state)
            for each in self.ladders:
                at = each.position(values)
                if at in each.starts:
                    state[each.key] = self._side(each, each.starts.index(at), state)
            if state == before:
                return
        raise _turns_back(self.ladders[0])

    def _side(self, each: Ladder, lower: int, state: State) -> int:
        above = each.position(self.speeds({**state, each.key: lower + 1}))
        below = each.position(self.speeds({**state, each.key: lower}))
        if above > 0:
            return lower + 1
        if below < 0:
            return lower
        if above == 0 and below == 0:
            return state[each.key]
        if above == 0:
            return lower + 1
        if below == 0:
            return lower
        raise _turns_back(each)


def _turns_back(each: Ladder) -> CounterTurnsBack:
    return CounterTurnsBack(
        f"The counter {each.counter} stands on a step where it would rise below and fall above, so "
        "these lines have no single order. Split the period, or change the steps.",
        counter=each.counter,
    )


def mean_rate(
    each: Ladder, rates: Sequence[Fraction], opening: Fraction, closing: Fraction
) -> Fraction:
    """Return the mean of ``rates`` on a straight way from ``opening`` to ``closing``."""
    if opening == closing:
        return rates[each.step_of(opening)]
    low, high = min(opening, closing), max(opening, closing)
    marks = [low, *(start for start in each.starts if low < start < high), high]
    area = Fraction(0)
    for start, end in zip(marks, marks[1:], strict=False):
        area += rates[each.step_of((start + end) / 2)] * (end - start)
    return area / (high - low)


def reached(trigger: Trigger, values: Values) -> bool:
    """Return whether a trigger's counter is at least what it has to reach."""
    goal = values[trigger.other] if trigger.other is not None else trigger.amount
    return values[trigger.counter] >= goal


def begins_anew(counter: Counter, old_year: int | None, year: int) -> bool:
    """Return whether a counter forgets its last value in the contract year ``year``."""
    return counter.over == "period" or (counter.over == "year" and old_year != year)
