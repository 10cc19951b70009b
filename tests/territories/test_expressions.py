"""What a clause about places means, on which day, and how it is written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.geography import allocation, expressions, resolver
from territories.geography.atlas import UnknownTerritory, public_atlas
from territories.geography.groups import Group, Member
from territories.geography.spans import SpanSet

THEN, NOW = date(2015, 6, 1), date(2021, 6, 1)
US = allocation.register()["US"].span
ATLAS = public_atlas().extended(venues={"LOC:VENUE123": allocation.venue_span(US, 0)})
CODES = ["WORLD", "US", "US-CA", "DE", "DE-BY", "EU", "EEA", "NORDICS", "GB-ENG", "PR", "ASEAN"]


def inside(expression: str, code: str, on: date = NOW) -> bool:
    return resolver.matcher(expression, on=on, atlas=ATLAS)(code)


@pytest.mark.parametrize(
    ("expression", "code", "answer"),
    [
        ("US", "US", True),
        ("US", "US-CA", True),
        ("US", "LOC:VENUE123", True),
        ("US-CA", "US", False),
        ("US - US-CA", "US-NY", True),
        ("US - US-CA", "US-CA", False),
        ("US - US-CA", "US", False),
        ("WORLD - US", "US-CA", False),
        ("WORLD - US", "LOC:VENUE123", False),
        ("WORLD - US", "CA", True),
        ("LOC:VENUE123", "LOC:VENUE123", True),
        ("LOC:VENUE123", "US", False),
        ("US - LOC:VENUE123", "LOC:VENUE123", False),
        ("US - LOC:VENUE123", "US-CA", True),
        ("EU + CH - IT", "CH", True),
        ("EU + CH - IT", "IT-RM", False),
        ("EU - IT + IT", "IT", True),
        ("WORLD - (EU - IT)", "IT", True),
        ("WORLD - (EU - IT)", "DE", False),
        ("US", "PR", False),
        ("PR", "US-PR", True),
        ("US + US-TERRITORIES", "US-PR", True),
        ("NORDICS", "SCANDINAVIA", True),
        ("SCANDINAVIA", "NORDICS", False),
        ("GB", "gbr", True),
        ("WORLD", "multi", True),
        ("WORLD - US", "multi", False),
        ("WORLD - US + US", "multi", True),
    ],
)
def test_a_clause_covers_what_it_says(expression, code, answer):
    assert inside(expression, code) is answer


def test_the_same_word_means_other_countries_in_other_years():
    assert inside("EU", "GB", THEN)
    assert not inside("EU", "GB", NOW)
    assert date(2020, 2, 1) in resolver.change_dates("EU + CH")
    assert resolver.change_dates("DE + AT") == []
    assert not resolver.resolve("EU", on=date(1950, 1, 1))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("worldwide - us-ca", "WORLD - US-CA"),
        ("2136 - 0840", "WORLD - US"),
        ("DE,AT;CH", "DE + AT + CH"),
        ("DE+AT+CH", "DE + AT + CH"),
        ("(EU + CH) - IT", "EU + CH - IT"),
        ("WORLD-(US+CA)", "WORLD - US - CA"),
        ("EU + (CH - CH-GE)", "EU + (CH - CH-GE)"),
        ("WORLD \u2212 US", "WORLD - US"),
        ("((2123))", "EU"),
        ("loc:venue123", "LOC:VENUE123"),
    ],
)
def test_printing_is_canonical(written, canonical):
    assert str(expressions.parse(written, atlas=ATLAS)) == canonical


@pytest.mark.parametrize(
    ("written", "token", "position", "suggested"),
    [
        ("EU + UK", "UK", 5, "GB"),
        ("Germny", "Germny", 0, "DE"),
        ("WORLD - Fance", "Fance", 8, "FR"),
        ("EU-IT", "EU-IT", 0, "EU - IT"),
        ("US-CX", "US-CX", 0, "US - CX"),
        ("LOC:VENUE12", "LOC:VENUE12", 0, "LOC:VENUE123"),
        ("BENELUXX", "BENELUXX", 0, "BENELUX"),
    ],
)
def test_an_unknown_word_is_named_with_its_nearest_match(written, token, position, suggested):
    with pytest.raises(UnknownTerritory) as raised:
        expressions.parse(written, atlas=ATLAS)
    assert raised.value.code == "unknown_territory"
    assert (raised.value.extra["token"], raised.value.extra["position"]) == (token, position)
    assert suggested in raised.value.extra["suggestions"]
    assert token in raised.value.detail
    assert suggested in raised.value.detail


@pytest.mark.parametrize(
    ("written", "position"),
    [("", 0), ("EU +", 4), ("- EU", 0), ("EU CH", 3), ("(EU", 3), ("EU)", 2), ("EU / CH", 3)],
)
def test_a_slip_of_the_pen_is_pointed_at(written, position):
    with pytest.raises(expressions.BadExpression) as raised:
        expressions.parse(written)
    assert raised.value.extra["position"] == position


def test_expressions_too_long_or_too_deep_are_refused():
    with pytest.raises(expressions.BadExpression):
        expressions.parse("DE + " * 1000 + "DE")
    with pytest.raises(expressions.BadExpression):
        expressions.parse("(" * 30 + "DE" + ")" * 30)


def test_an_organisations_group_shadows_the_public_one():
    own = Group("EU", "Our Europe", "own", (Member("CH"), Member("GB")))
    atlas = public_atlas().extended(groups=[own])
    assert resolver.matcher("EU", on=NOW, atlas=atlas)("CH")
    assert not resolver.matcher("EU", on=NOW)("CH")


def test_a_files_word_for_a_place_becomes_its_code():
    assert [resolver.normalize(one) for one in (" us ", "USA", "0276", "Worldwide")] == [
        "US",
        "US",
        "DE",
        "WORLD",
    ]
    with pytest.raises(UnknownTerritory):
        resolver.normalize("UK")


def joined(parts: tuple[str, str, str]) -> str:
    left, sign, right = parts
    return f"({left}) {sign} ({right})"


written = st.recursive(
    st.sampled_from(CODES),
    lambda inner: st.tuples(inner, st.sampled_from("+-"), inner).map(joined),
    max_leaves=8,
)


def plain(text: str, on: date) -> SpanSet:
    """Return what ``text`` covers, evaluated by Python's own reading of the parentheses."""
    names = {f"v{n}": resolver.resolve(code, on=on) for n, code in enumerate(CODES)}
    order = sorted(range(len(CODES)), key=lambda n: -len(CODES[n]))
    for n in order:
        text = text.replace(f"({CODES[n]})", f"(v{n})")
    if text in CODES:
        return resolver.resolve(text, on=on)
    return eval(text.replace("+", "|"), {}, names)  # noqa: S307


@given(written, st.dates(date(1950, 1, 1), date(2030, 1, 1)))
def test_canonical_form_is_stable_and_means_the_same(text, on):
    canonical = str(expressions.parse(text))
    assert str(expressions.parse(canonical)) == canonical
    assert resolver.resolve(canonical, on=on) == plain(text, on)
