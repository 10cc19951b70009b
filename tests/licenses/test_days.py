"""Days that hang on events: what may hold contains whatever comes to hold."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licenses.engine import days
from licenses.engine.days import AfterEvent, AfterStart, Fixed

DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
FLOOR = date(2026, 1, 1)


@st.composite
def after(draw, event):
    low, high = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if low and high and high < low:
        low, high = high, low
    return AfterEvent(event, "DE", draw(st.integers(0, 30)), draw(st.integers(0, 60)), low, high)


STARTS = st.one_of(DAYS.map(Fixed), after("theatrical"))
ENDS = st.one_of(st.none(), DAYS.map(Fixed), after("broadcast"), st.integers(1, 36).map(AfterStart))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STARTS, ENDS, st.dictionaries(st.sampled_from(["theatrical", "broadcast"]), DAYS))
def test_what_comes_to_hold_lies_inside_what_may(start, end, told):
    before = days.span(start, end, lambda event, territory: None, FLOOR)
    assert not any(
        one.common(other)
        for one in before.possible
        for other in [before.certain, *before.possible]
        if other is not None and other is not one
    )
    after_it = days.span(start, end, lambda event, territory: told.get(event), FLOOR)
    wide = [*before.possible, *([before.certain] if before.certain else [])]
    for window in [*after_it.possible, *([after_it.certain] if after_it.certain else [])]:
        left = [window]
        for covering in wide:
            left = [rest for one in left for rest in one.without(covering)]
        assert left == []
    if before.certain and after_it.certain:
        assert before.certain.without(after_it.certain) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_where_the_month_does(day, months, later):
    assert days.plus_months(day, months) == later


def test_a_term_of_months_ends_the_day_before_they_are_over():
    span = days.span(Fixed(date(2026, 1, 1)), AfterStart(12), lambda *_: None, FLOOR)
    assert span.certain.last_day == date(2026, 12, 31)
    assert span.possible == ()
