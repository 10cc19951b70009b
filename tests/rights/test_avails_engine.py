"""Avails, held against a slow reading of the same rules that goes cell by cell and day by day."""

from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import InvalidValue
from rights.engine.asked import Change, Clause, Code, Match, Question, Verdict
from rights.engine.avails import Owned, answer
from rights.engine.boxes import ALWAYS, Box, Window
from territories.geography.spans import SpanSet

FIRST = date(2026, 1, 1)
SIDE, LAST = 3, 8
RIGHTS = PLACES = range(SIDE)
DAYS = range(LAST)
LICENSES = [UUID(int=number) for number in range(1, 5)]


def day(number):
    return FIRST + timedelta(days=number)


def spans(points):
    return SpanSet.of((point, point + 1) for point in points)


def size(places):
    return sum(upper - lower for lower, upper in places.ranges)


def subsets():
    return st.frozensets(st.integers(0, SIDE - 1), min_size=1).map(spans)


def windows():
    ends = st.tuples(st.integers(0, LAST), st.integers(0, LAST)).filter(lambda e: e[0] < e[1])
    return ends.map(lambda e: Window(day(e[0]), day(e[1])))


BOXES = st.builds(Box, subsets(), subsets(), windows())
SOLD = [Code.SOLD_EXCLUSIVELY, Code.HOLDBACK, Code.DEPENDS_ON_EVENT, Code.HOLD]
CLAUSES = st.builds(
    lambda code, box, license, exclusivity, name: Clause(
        code, name, "Licence", box,
        license=None if code is Code.HOLD else license,
        exclusivity=exclusivity and code is Code.SOLD_EXCLUSIVELY,
    ),
    st.sampled_from(SOLD), BOXES, st.sampled_from(LICENSES), st.booleans(),
    st.sampled_from(["1", "2", "3"]),
)  # fmt: skip
OWNED = st.lists(
    st.builds(Owned, st.just("claim"), st.just("claim"), st.one_of(
        BOXES, st.just(Box(spans(RIGHTS), spans(PLACES), ALWAYS))
    )), max_size=3,
)  # fmt: skip
QUESTIONS = st.builds(
    lambda box, exclusive, match, days: Question(
        box, exclusive, match, min(days, (box.window.high - box.window.low).days)
    ),
    BOXES, st.booleans(), st.sampled_from(Match), st.integers(1, LAST - 1),
)  # fmt: skip


def holds(box, right, place, number):
    here = spans([right]), spans([place])
    return (
        box.rights.covers(here[0]) and box.places.covers(here[1])
        and box.window.contains(day(number))
    )  # fmt: skip


# Days before the first and after the last stand for all time on that side.
WIDE = range(-1, LAST + 1)


class Slow:
    """The rules, point by point."""

    def __init__(self, question, owned, clauses):
        self.question, self.owned, self.clauses = question, owned, clauses

    def free(self, right, place, number, clauses):
        if not any(holds(one.box, right, place, number) for one in self.owned):
            return False
        return not any(
            holds(one.box, right, place, number)
            for one in clauses
            if self.question.exclusive or not one.exclusivity
        )

    def cells(self):
        box = self.question.box
        return [
            (r, p) for r in RIGHTS for p in PLACES
            if box.rights.covers(spans([r])) and box.places.covers(spans([p]))
        ]  # fmt: skip

    def asked(self, number):
        return self.question.box.window.contains(day(number))

    def enough(self, right, place, clauses):
        line = {n: self.free(right, place, n, clauses) for n in WIDE}
        asked = [n for n in DAYS if self.asked(n)]
        match self.question.match:
            case Match.COVERS:
                return all(line[n] for n in asked)
            case Match.OVERLAPS:
                return any(line[n] for n in asked)
            case Match.STARTS:
                return any(line[n] and not line[n - 1] for n in asked)
            case Match.ENDS:
                return any(line[n] and not line[n + 1] for n in asked)
            case Match.AT_LEAST:
                wanted = self.question.days
                return any(
                    all(n + more in asked and line[n + more] for more in range(wanted))
                    for n in asked
                )

    def yes(self, clauses, cells=None):
        return all(self.enough(*cell, clauses) for cell in cells or self.cells())

    def verdict(self):
        sure = [one for one in self.clauses if one.code is not Code.DEPENDS_ON_EVENT]
        both = self.yes(self.clauses), self.yes(sure)
        return {(True, True): Verdict.YES, (False, False): Verdict.NO}.get(both, Verdict.DEPENDS)


def points(boxes):
    return [
        (r, p, n) for box in boxes for r in RIGHTS for p in PLACES for n in DAYS
        if holds(box, r, p, n)
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(QUESTIONS, OWNED, st.lists(CLAUSES, max_size=5))
def test_the_answer_is_what_a_slow_reading_says(question, owned, clauses):
    slow = Slow(question, owned, clauses)
    told = answer(question, owned, clauses, size)
    assert told.verdict is slow.verdict()
    free = points(told.free)
    assert len(free) == len(set(free))
    assert set(free) == {
        (r, p, n) for r, p in slow.cells() for n in DAYS
        if slow.asked(n) and slow.free(r, p, n, clauses)
    }  # fmt: skip
    if told.verdict is Verdict.YES:
        assert told.ways == ()


@settings(max_examples=150, deadline=None)
@given(QUESTIONS, st.lists(CLAUSES, min_size=1, max_size=5))
def test_the_proof_alone_suffices_and_nothing_smaller_does(question, clauses):
    owned = [Owned("claim", "claim", Box(spans(RIGHTS), spans(PLACES), ALWAYS))]
    told = answer(question, owned, clauses, size)
    if told.verdict is Verdict.YES or question.match in (Match.STARTS, Match.ENDS):
        return
    slow = Slow(question, owned, clauses)
    needed = [block.clause for block in told.blocking if block.needed]
    assert needed
    assert not slow.yes(needed)
    considered = [
        one for one in clauses
        if told.verdict is Verdict.DEPENDS or one.code is not Code.DEPENDS_ON_EVENT
    ]  # fmt: skip
    for fewer in range(len(needed)):
        for some in combinations(considered, fewer):
            assert slow.yes(some)


@settings(max_examples=150, deadline=None)
@given(QUESTIONS, OWNED, st.lists(CLAUSES, min_size=1, max_size=5))
def test_every_way_out_is_a_yes_and_costs_what_it_says(question, owned, clauses):
    told = answer(question, owned, clauses, size)
    for way in told.ways:
        assert way.changes
        left = [
            one for one in clauses
            if one.license not in way.waivers
            and not (one.exclusivity and Change.NON_EXCLUSIVE in way.changes)
        ]  # fmt: skip
        for box in way.asked:
            softer = Question(box, question.exclusive, question.match, question.days)
            assert Slow(softer, owned, left).verdict() is Verdict.YES
        places = {(p, n) for box in way.asked for _, p, n in points([box])}
        every = {(p, n) for _, p, n in points([question.box])}
        assert way.given_up == len(every - places)
        assert set(points(way.dropped)) == set(points([question.box])) - set(points(way.asked))


@settings(max_examples=40, deadline=None)
@given(BOXES, st.lists(CLAUSES, min_size=1, max_size=4))
def test_no_other_set_of_waivers_or_dates_is_cheaper(box, clauses):
    """Every plan of days, places and waivers is tried; the best one is among those told."""
    question = Question(box, exclusive=True)
    owned = [Owned("claim", "claim", Box(spans(RIGHTS), spans(PLACES), ALWAYS))]
    told = answer(question, owned, clauses, size)
    if told.verdict is Verdict.YES:
        return
    hard = [one for one in clauses if not one.exclusivity]
    asked = {(p, n) for _, p, n in points([box])}
    rights = [r for r in RIGHTS if box.rights.covers(spans([r]))]
    costs = {}
    for start in DAYS:
        for end in range(start + 1, LAST + 1):
            if not (box.window.contains(day(start)) and box.window.contains(day(end - 1))):
                continue
            for count in range(len(LICENSES) + 1):
                for waived in combinations(LICENSES, count):
                    for soft in (False, True):
                        left = [c for c in (hard if soft else clauses) if c.license not in waived]
                        kept = {
                            p for p in PLACES
                            if any(at == p for at, _ in asked)
                            and not any(
                                holds(c.box, r, p, n)
                                for c in left for r in rights for n in range(start, end)
                            )
                        }  # fmt: skip
                        if kept:
                            given_up = len(asked) - len(kept) * (end - start)
                            here = costs.setdefault(soft, (count, given_up))
                            costs[soft] = min(here, (count, given_up))
    one_window = [way for way in told.ways if Change.DROP_DAYS not in way.changes]
    if costs:
        best = min(costs.values())
        assert min(way.cost for way in told.ways) <= best
        if one_window and min(way.cost for way in one_window) != best:
            assert min(way.cost for way in told.ways) < best


class TestTheWorkedExample:
    """One exclusive licence; what is asked is free later, or elsewhere."""

    US, CA, SVOD = spans([0]), spans([1]), spans([0])
    OUT = LICENSES[0]

    def ask(self, clauses=None, **more):
        box = Box(self.SVOD, self.US | self.CA, Window(date(2026, 5, 1), date(2027, 1, 1)))
        out = Clause(
            Code.SOLD_EXCLUSIVELY, "Out 1", "Licence 1",
            Box(self.SVOD, self.US, Window(date(2026, 1, 1), date(2026, 7, 1))), self.OUT,
        )  # fmt: skip
        owned = [Owned("claim", "claim", Box(self.SVOD, self.US | self.CA, ALWAYS))]
        question = Question(box, exclusive=True, **more)
        return answer(question, owned, [out] if clauses is None else clauses, size)

    def test_what_blocks_and_what_is_free(self):
        told = self.ask()
        assert told.verdict is Verdict.NO
        [block] = told.blocking
        assert (block.clause.clause, block.needed) == ("Out 1", True)
        assert block.part.places == self.US
        assert str(block.part.window) == "from 2026-05-01 to 2026-06-30"
        free = {(box.places, str(box.window)) for box in told.free}
        assert free == {
            (self.US, "from 2026-07-01 to 2026-12-31"),
            (self.CA, "from 2026-05-01 to 2026-12-31"),
        }

    def test_the_ways_out_begin_later_or_leave_a_country(self):
        ways = {way.changes: way for way in self.ask().ways}
        assert ways[Change.START_LATER,].cost == (0, 2 * 61)
        assert str(ways[Change.START_LATER,].asked[0].window) == "from 2026-07-01 to 2026-12-31"
        assert ways[Change.DROP_PLACES,].cost == (0, 245)
        assert ways[Change.DROP_PLACES,].asked[0].places == self.CA
        assert ways[Change.DROP_DAYS,].cost == (0, 61)
        assert ways[Change.WAIVER,].waivers == (self.OUT,)
        costs = [way.cost for way in self.ask().ways]
        assert costs == sorted(costs)
        assert Change.NON_EXCLUSIVE not in {c for way in self.ask().ways for c in way.changes}

    def test_non_exclusive_is_a_way_where_exclusivity_alone_is_in_the_way(self):
        out = Clause(
            Code.SOLD_NON_EXCLUSIVELY, "2", "Licence 2",
            Box(self.SVOD, self.US, ALWAYS), self.OUT, exclusivity=True,
        )  # fmt: skip
        best = self.ask([out]).ways[0]
        assert (best.changes, best.cost) == ((Change.NON_EXCLUSIVE,), (0, 0))

    def test_many_licences_are_waived_greedily_and_that_is_said(self):
        box = Box(self.SVOD, self.US, Window(date(2026, 5, 1), date(2027, 1, 1)))
        clauses = [
            Clause(Code.SOLD_EXCLUSIVELY, str(n), "L", box, UUID(int=n)) for n in range(1, 23)
        ]
        way = next(w for w in self.ask(clauses, match=Match.OVERLAPS).ways if w.waivers)
        assert (len(way.waivers), way.exact) == (22, False)


@settings(max_examples=100, deadline=None)
@given(QUESTIONS, OWNED, st.lists(CLAUSES, max_size=5))
def test_each_place_has_the_answer_that_it_would_have_alone(question, owned, clauses):
    told = answer(question, owned, clauses, size)
    for place in PLACES:
        here = question.box.places & spans([place])
        found = told.within(spans([place]))
        if not here:
            assert found is None
            continue
        alone = Question(
            Box(question.box.rights, here, question.box.window),
            question.exclusive, question.match, question.days,
        )  # fmt: skip
        assert found is answer(alone, owned, clauses, size).verdict
    assert told.within(spans(PLACES)) is told.verdict


class TestWhatHangsOnAnEvent:
    """Free time that begins on a day asked only if an event comes out one way."""

    RIGHT, PLACE = spans([0]), spans([0])

    def ask(self, match, days, held=ALWAYS):
        box = Box(self.RIGHT, self.PLACE, Window(day(2), day(6)))
        perhaps = Clause(
            Code.DEPENDS_ON_EVENT, "1 (depends on theatrical US)", "Licence 1",
            Box(self.RIGHT, self.PLACE, Window(day(days[0]), day(days[1]))), LICENSES[0],
        )  # fmt: skip
        owned = [Owned("claim", "claim", Box(self.RIGHT, self.PLACE, held))]
        return answer(Question(box, match=match), owned, [perhaps], size)

    @pytest.mark.parametrize(
        ("match", "days"), [(Match.STARTS, (0, 4)), (Match.ENDS, (4, 8))], ids=["starts", "ends"]
    )
    def test_no_way_out_changes_nothing(self, match, days):
        told = self.ask(match, days)
        assert told.verdict is Verdict.DEPENDS
        assert told.ways == ()

    def test_a_waiver_is_a_way_where_free_time_begins_without_the_clause(self):
        told = self.ask(Match.STARTS, (0, 8), held=Window(day(3), None))
        assert told.verdict is Verdict.DEPENDS
        assert [way.changes for way in told.ways] == [(Change.WAIVER,)]


def test_a_title_without_rights_in_says_so():
    box = Box(spans([0]), spans([0, 1]), Window(day(0), day(8)))
    half = Owned("Claim 7", "Deed", Box(spans([0]), spans([0]), Window(day(0), day(4))))
    told = answer(Question(box), [half], [], size)
    assert told.verdict is Verdict.NO
    assert [(b.clause.code, b.clause.clause, b.part.places) for b in told.blocking] == [
        (Code.NO_RIGHTS_IN, "", spans([1])),
        (Code.GAP_IN_WINDOW, "Claim 7", spans([0])),
    ]


@pytest.mark.parametrize("match", Match)
def test_nothing_in_the_way_of_a_bounded_right(match):
    box = Box(spans([0]), spans([0]), Window(day(0), day(8)))
    owned = [Owned("claim", "claim", Box(spans([0]), spans([0]), Window(day(0), day(8))))]
    assert answer(Question(box, match=match, days=8), owned, [], size).verdict is Verdict.YES


def test_more_days_in_a_row_than_are_asked_about_are_refused():
    box = Box(spans([0]), spans([0]), Window(day(0), day(8)))
    with pytest.raises(InvalidValue, match="9 days in a row were asked for, of 8"):
        Question(box, match=Match.AT_LEAST, days=9)
