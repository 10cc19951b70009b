"""The world as integers: every place inside its parent, nobody ever moved."""

from collections import Counter
from datetime import date

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.geography import allocation
from territories.geography.atlas import countries, public_atlas
from territories.geography.groups import public_groups
from territories.geography.spans import SpanSet

REGISTER = allocation.register()
COUNTRIES = [place for place in REGISTER.values() if place.parent == allocation.WORLD]
CONTINENTS = ["AFRICA", "AMERICA", "ANTARCTICA", "ASIA", "EUROPE", "OCEANIA"]
DAY = date(2026, 1, 1)


def test_the_register_has_every_iso_country_and_subdivision():
    assert {place.code for place in COUNTRIES} == {c.alpha_2 for c in pycountry.countries}
    subdivisions = set(REGISTER) - {place.code for place in COUNTRIES} - {"WORLD"}
    assert subdivisions == {one.code for one in pycountry.subdivisions}
    assert (len(COUNTRIES), len(subdivisions)) == (249, 5046)


def test_every_place_lies_inside_its_parent():
    for place in REGISTER.values():
        if place.parent:
            outer = REGISTER[place.parent].span
            assert outer[0] <= place.span[0] < place.span[1] <= outer[1], place


def test_places_of_one_parent_never_overlap():
    children: dict[str, list[tuple[int, int]]] = {}
    for place in REGISTER.values():
        if place.code not in allocation.SAME_PLACE:
            children.setdefault(place.parent, []).append(place.span)
    for parent, spans in children.items():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False)), parent


def test_a_subdivision_that_is_a_country_has_the_countrys_interval():
    for code, twin in allocation.SAME_PLACE.items():
        assert REGISTER[code].span == REGISTER[twin].span


@given(st.integers(0, allocation.WORLD_SPAN[1] - 1))
def test_a_point_lies_in_at_most_one_country(point):
    assert sum(place.span[0] <= point < place.span[1] for place in COUNTRIES) <= 1


def test_a_newcomer_moves_nobody():
    grown = allocation.extend(REGISTER, [("QQ", "WORLD"), ("QQ-1", "QQ"), ("US-QQ", "US")])
    assert {code: grown[code] for code in REGISTER} == REGISTER
    assert len(grown) == len(REGISTER) + 3
    taken = SpanSet.of(place.span for place in COUNTRIES)
    assert not taken.overlaps(SpanSet((grown["QQ"].span,)))


def test_a_place_that_iso_gives_another_parent_stays():
    assert allocation.extend(REGISTER, [("FR-67", "FR")])["FR-67"] == REGISTER["FR-67"]


def test_venues_have_room_in_the_upper_half_of_every_place_and_never_meet_a_subdivision():
    for place in REGISTER.values():
        room = allocation.venue_capacity(place.span)
        assert room >= 8192, place
        first = allocation.venue_span(place.span, 0)
        last = allocation.venue_span(place.span, room - 1)
        assert first[0] == (place.span[0] + place.span[1]) // 2
        assert last[1] == place.span[1]
        with pytest.raises(allocation.RegisterFull):
            allocation.venue_span(place.span, room)


def test_every_country_lies_in_exactly_one_continent():
    groups = public_groups()
    told = Counter(code for name in CONTINENTS for code in groups[name].codes(DAY))
    assert told == Counter(place.code for place in COUNTRIES)


def test_group_members_are_countries_and_periods_run_forward():
    known = {place.code for place in COUNTRIES}
    for group in public_groups().values():
        assert group.members, group.code
        for member in group.members:
            assert member.code in known, (group.code, member)
            assert member.start is None or member.end is None or member.start < member.end


@pytest.mark.parametrize(
    ("group", "code", "day", "member"),
    [
        ("EU", "GB", "1972-12-31", False),
        ("EU", "GB", "1973-01-01", True),
        ("EU", "GB", "2020-01-31", True),
        ("EU", "GB", "2020-02-01", False),
        ("EU", "HR", "2013-06-30", False),
        ("EU", "HR", "2013-07-01", True),
        ("EU", "PL", "2004-05-01", True),
        ("EEA", "LI", "1995-04-30", False),
        ("EFTA", "AT", "1994-12-31", True),
        ("EFTA", "AT", "1995-01-01", False),
        ("EUROZONE", "BG", "2026-01-01", True),
        ("COMMONWEALTH", "HK", "1997-06-30", True),
        ("COMMONWEALTH", "HK", "1997-07-01", False),
        ("COMMONWEALTH", "ZA", "1980-01-01", False),
        ("COMMONWEALTH", "ZA", "1994-06-01", True),
        ("ASEAN", "TL", "2025-10-26", True),
        ("CIS", "GE", "2009-08-18", False),
        ("MERCOSUR", "VE", "2016-12-02", False),
        ("USMCA", "MX", "2020-06-30", False),
    ],
)
def test_membership_follows_the_dates_of_accession_and_leaving(group, code, day, member):
    assert (code in public_groups()[group].codes(date.fromisoformat(day))) is member


def test_the_union_has_its_known_sizes():
    sizes = [
        len(public_groups()["EU"].codes(date(y, 7, 2))) for y in (1960, 1990, 2005, 2015, 2026)
    ]
    assert sizes == [6, 12, 25, 28, 27]


def test_no_two_codes_answer_to_one_synonym():
    atlas = public_atlas()
    assert not atlas.groups.keys() & atlas.spans.keys()
    assert not atlas.synonyms.keys() & (atlas.groups.keys() | atlas.spans.keys())
    numbers = [country.tis for country in countries().values()]
    numbers += [group.tis for group in public_groups().values() if group.tis]
    assert len(numbers) == len(set(numbers))


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=6,
)


def points(one: SpanSet) -> set[int]:
    return {point for lower, upper in one.ranges for point in range(lower, upper)}


@given(spans, spans)
def test_sets_of_spans_behave_as_sets_of_points(left, right):
    a, b = SpanSet.of(left), SpanSet.of(right)
    assert points(a | b) == points(a) | points(b)
    assert points(a - b) == points(a) - points(b)
    assert points(a & b) == points(a) & points(b)
    assert a.overlaps(b) == bool(points(a) & points(b))
    assert a.covers(b) == (bool(points(b)) and points(b) <= points(a))
    for found in (a | b, a - b, a & b):
        assert found == SpanSet.of(found.ranges)
        assert all(x[1] < y[0] for x, y in zip(found.ranges, found.ranges[1:], strict=False))
