"""Boxes are cut and joined without losing a point; shares stay a whole."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidValue
from rights.engine.boxes import ALWAYS, WORLD, Box, Window, cut, joined
from rights.engine.shares import BadShares, Shares, percent
from territories.geography.spans import SpanSet

ANA, BEN, CLEO = (UUID(int=number) for number in (1, 2, 3))
FIRST = date(2026, 1, 1)
SIDE = 6


def spans():
    return st.frozensets(st.integers(0, SIDE - 1), min_size=1).map(
        lambda points: SpanSet.of((point, point + 1) for point in points)
    )


def windows():
    ends = st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)).filter(lambda e: e[0] < e[1])
    return ends.map(lambda e: Window(*(FIRST + timedelta(days=day) for day in e)))


BOXES = st.builds(Box, spans(), spans(), windows())


def points(boxes):
    """Return every point of the boxes, one by one, with repetitions."""
    return [
        (right, place, day)
        for box in boxes
        for right in range(SIDE)
        for place in range(SIDE)
        for day in range(SIDE)
        if box.rights.covers_span((right, right + 1))
        and box.places.covers_span((place, place + 1))
        and box.window.contains(FIRST + timedelta(days=day))
    ]


@given(BOXES, st.lists(BOXES, max_size=4))
def test_what_a_cut_leaves_and_what_it_took_are_the_whole(box, away):
    left = points(cut([box], away))
    assert len(left) == len(set(left))
    assert set(left) == set(points([box])) - set(points(away))


@given(BOXES, st.lists(BOXES, max_size=4))
def test_joining_changes_no_point(box, away):
    pieces = cut([box], away)
    again = joined(pieces)
    assert sorted(points(again)) == sorted(points(pieces))
    assert len(again) <= len(pieces)


@given(BOXES, BOXES)
def test_a_cut_that_is_healed_is_one_box_again(box, other):
    shared = box.common(other)
    pieces = [*box.without(other), *([shared] if shared else [])]
    assert joined(pieces) == [box]


def test_an_open_window_is_cut_in_two():
    inner = Window(date(2026, 1, 1), date(2027, 1, 1))
    assert ALWAYS.without(inner) == [
        Window(None, date(2026, 1, 1)),
        Window(date(2027, 1, 1), None),
    ]
    whole = Box(WORLD, WORLD, ALWAYS)
    assert joined([*whole.without(Box(WORLD, WORLD, inner)), Box(WORLD, WORLD, inner)]) == [whole]


def test_a_window_runs_forward():
    with pytest.raises(InvalidValue):
        Window(date(2026, 1, 1), date(2026, 1, 1))


def test_thirds_are_exact():
    thirds = Shares.of([(ANA, 1), (BEN, 1), (CLEO, 1)], rest=None)
    assert (thirds.total, thirds.share(BEN)) == (3, Fraction(1, 3))
    assert sum(thirds.share(holder) for holder in (ANA, BEN, CLEO)) == 1
    assert percent(thirds.share(ANA)) == "33.3333"


def test_what_is_left_over_belongs_to_the_named_rest():
    assert Shares.of([(ANA, 60)], total=100, rest=CLEO).parts == ((ANA, 60), (CLEO, 40))
    assert Shares.of([(ANA, 60), (CLEO, 10)], total=100, rest=CLEO).share(CLEO) == Fraction(2, 5)


@pytest.mark.parametrize(
    ("parts", "total"),
    [([], None), ([(ANA, 0)], None), ([(ANA, -1), (BEN, 2)], 1), ([(ANA, 3)], 2)],
)
def test_shares_that_make_no_whole_are_refused(parts, total):
    with pytest.raises(BadShares):
        Shares.of(parts, total=total, rest=CLEO)


def test_a_holder_stands_once():
    with pytest.raises(BadShares, match="twice"):
        Shares.of([(ANA, 1), (ANA, 1)], rest=None)


def test_half_of_a_third_passes_on_as_a_sixth():
    thirds = Shares.of([(ANA, 1), (BEN, 1), (CLEO, 1)], rest=None)
    moved = thirds.moved(giver=ANA, taker=BEN, portion=Fraction(1, 6))
    assert (moved.share(ANA), moved.share(BEN)) == (Fraction(1, 6), Fraction(1, 2))
    all_of_it = thirds.moved(giver=ANA, taker=BEN, portion=None)
    assert all_of_it.parts == ((BEN, 2), (CLEO, 1))


@pytest.mark.parametrize("portion", [Fraction(1, 2), Fraction(0), Fraction(-1, 3)])
def test_nobody_gives_what_they_dont_have(portion):
    thirds = Shares.of([(ANA, 1), (BEN, 2)], rest=None)
    with pytest.raises(BadShares):
        thirds.moved(giver=ANA, taker=BEN, portion=portion)


@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 7)), max_size=8),
)
def test_shares_sum_to_the_whole_whatever_is_passed_on(sizes, moves):
    people = [UUID(int=number) for number in range(len(sizes))]
    shares = Shares.of(zip(people, sizes, strict=True), rest=None)
    for giver, taker, slices in moves:
        one, two = people[giver % len(people)], people[taker % len(people)]
        if one != two and shares.share(one):
            shares = shares.moved(giver=one, taker=two, portion=shares.share(one) / slices)
        assert sum(parts for _, parts in shares.parts) == shares.total
        assert all(parts > 0 for _, parts in shares.parts)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1), "100"),
        (Fraction(1, 8), "12.5"),
        (Fraction(2, 3), "66.6667"),
        (Fraction(0), "0"),
        (Fraction(1, 10**9), "0"),
    ],
)
def test_percentages_are_for_reading(share, text):
    assert percent(share) == text
