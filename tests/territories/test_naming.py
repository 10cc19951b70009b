"""A set of places or rights is written in as few words as mean exactly it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.geography import allocation, naming, resolver
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet

TODAY = date(2026, 11, 21)
PLACES = naming.place_tree()
CODES = ["WORLD", "US", "US-CA", "DE", "DE-BY", "EU", "FR", "GB-ENG", "PR", "HK", "DACH", "LATAM"]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("WORLD", "WORLD"),
        ("WORLD - DE", "WORLD - DE"),
        ("CH + AT + DE", "AT + DE + CH"),
        ("US - US-CA", "US - US-CA"),
        ("WORLD - US + US-CA", "WORLD - US + US-CA"),
        ("WORLD - (WORLD - FR)", "FR"),
        ("US-CA + US", "US"),
    ],
)
def test_the_shortest_words_are_found(written, named):
    assert naming.name(resolver.resolve(written, on=TODAY), PLACES) == named


@given(st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from(CODES)), min_size=1, max_size=6))
def test_a_name_means_the_same_places(terms):
    places = resolver.resolve("WORLD" + "".join(f" {s} {c}" for s, c in terms), on=TODAY)
    named = naming.name(places, PLACES)
    assert named is None if not places else resolver.resolve(named, on=TODAY) == places


def test_a_venue_is_named_where_it_makes_the_difference():
    us = allocation.register()["US-CA"].span
    venue = allocation.venue_span(us, 0)
    places = SpanSet((allocation.WORLD_SPAN,)) - SpanSet((venue,))
    assert naming.name(places, PLACES) is None
    assert naming.name(places, naming.place_tree({"LOC:BOWL": venue})) == "WORLD - LOC:BOWL"


def test_rights_are_named_by_their_tree():
    known = right_types()
    left = SpanSet((known["mechanical"].span,)) - SpanSet((known["mechanical_stream"].span,))
    assert naming.name(left, naming.right_tree()) == "mechanical - mechanical_stream"
