"""The public tables say what the product's files say; an application can't write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction
from django.db.models import Value

from territories.fields import SpanSetField
from territories.geography import resolver
from territories.geography.allocation import register
from territories.geography.groups import public_groups
from territories.geography.rights import leaves, right_types
from territories.geography.spans import SpanSet
from territories.models import (
    GroupMember,
    RightType,
    Territory,
    TerritoryGroup,
    TerritoryRate,
)
from territories.selectors import atlas, clauses, places, rates
from territories.selectors.clauses import DateRule

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def test_the_table_of_places_is_the_register():
    rows = Territory.objects.values_list("code", "parent_id", "lower", "upper")
    assert {code: (parent or "", (lower, upper)) for code, parent, lower, upper in rows} == {
        place.code: (place.parent, place.span) for place in register().values()
    }
    assert Territory.objects.filter(scope="country").exclude(zone="").count() == 249
    assert Territory.objects.get(pk="DE").tis_number == 276
    assert Territory.objects.get(pk="WORLD").tis_number == 2136


def test_the_table_of_groups_is_the_file():
    assert set(TerritoryGroup.objects.values_list("code", flat=True)) == set(public_groups())
    assert GroupMember.objects.get(group="EU", territory="GB").ends == date(2020, 2, 1)
    assert atlas.public().groups["EU"].codes(TODAY) == public_groups()["EU"].codes(TODAY)


def test_groups_are_known_as_of_any_moment():
    known = atlas.public(as_known_at=datetime(2015, 1, 1, tzinfo=UTC))
    assert known.groups["EU"].codes(TODAY) == public_groups()["EU"].codes(TODAY)


@pytest.mark.parametrize(
    "model", [Territory, TerritoryGroup, GroupMember, RightType, TerritoryRate]
)
def test_the_application_reads_reference_tables_and_cannot_write_them(model):
    first = model.objects.first()
    assert first is not None
    column = model._meta.fields[-1].attname
    with pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.filter(pk=first.pk).update(**{column: None})
    with pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.bulk_create([first])
    with pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.filter(pk=first.pk)._raw_delete("default")


def test_kinship_of_rights_is_overlap():
    rights = right_types()

    def kin(one, other):
        return SpanSet((rights[one].span,)).overlaps(SpanSet((rights[other].span,)))

    assert kin("audiovisual", "svod")
    assert kin("any", "mechanical_stream")
    assert not kin("svod", "avod")
    assert not kin("music", "audiovisual")
    assert set(leaves("video_on_demand")) == {"tvod", "pvod", "est", "svod", "avod", "fvod"}
    assert RightType.objects.get(pk="svod").span == rights["svod"].span
    assert {r.code for r in RightType.objects.filter(leaf=True)} == set(leaves("any"))


@pytest.mark.parametrize(
    ("day", "per_unit", "per_minute"),
    [
        ("2006-01-01", "0.091", "0.0175"),
        ("2022-12-31", "0.091", "0.0175"),
        ("2023-06-01", "0.12", "0.0231"),
        ("2024-06-01", "0.124", "0.0239"),
        ("2025-06-01", "0.127", "0.0245"),
        ("2026-06-01", "0.131", "0.0252"),
    ],
)
def test_the_statutory_rate_follows_the_date(day, per_unit, per_minute):
    found = rates.rate("US-CA", "mechanical_download", on=date.fromisoformat(day))
    assert found is not None
    assert (found.value, found.per_minute) == (Decimal(per_unit), Decimal(per_minute))
    assert (found.territory, found.right_type, found.own) == ("US", "mechanical", False)


def test_where_there_is_no_rate_there_is_none():
    assert rates.rate("US", "mechanical", on=date(2005, 12, 31)) is None
    assert rates.rate("CA", "mechanical", on=TODAY) is None


def test_a_clause_is_stored_as_written_and_as_resolved_under_its_date_rule():
    signed = date(2015, 3, 1)
    then = clauses.read("eu - it", rule=DateRule.SIGNATURE, signed_on=signed, on=TODAY)
    now = clauses.read("eu - it", rule=DateRule.CURRENT, signed_on=signed, on=TODAY)
    britain = SpanSet((register()["GB"].span,))
    assert then.text == now.text == "EU - IT"
    assert then.places.covers(britain)
    assert not now.places.overlaps(britain)
    assert (then.resolved_on, then.changes_on) == (signed, None)
    assert now.resolved_on == TODAY


def test_a_clause_knows_the_day_its_words_change():
    before = date(2019, 1, 1)
    found = clauses.read("EU", rule=DateRule.CURRENT, signed_on=before, on=before)
    assert found.changes_on == date(2020, 2, 1)


def test_a_clause_that_covers_nothing_is_refused():
    with pytest.raises(clauses.EmptyClause):
        clauses.read("DE - DACH", rule=DateRule.CURRENT, signed_on=TODAY, on=TODAY)


def test_search_finds_by_code_and_by_name_without_accents():
    assert places.search("de")[0].code == "DE"
    assert places.search("germ")[0].code == "DE"
    assert "EU" in [choice.code for choice in places.search("european un")]
    assert "CI" in [choice.code for choice in places.search("cote d'iv")]
    assert places.search("  ") == []


def test_every_place_has_a_main_time_zone():
    assert places.zone_of("DE-BY") == "Europe/Berlin"
    assert places.zone_of("US-CA") == "America/New_York"
    assert places.zone_of("WORLD") == "UTC"
    assert places.ancestors("GB-LND") == ["GB-LND", "GB-ENG", "GB", "WORLD"]


def test_a_column_holds_a_set_of_places_and_answers_overlap_and_cover():
    europe = resolver.resolve("EU - IT", on=TODAY)
    rows = Territory.objects.filter(pk="DE").annotate(
        places=Value(europe, output_field=SpanSetField())
    )

    def one(code):
        return SpanSet((register()[code].span,))

    assert rows.get().places == europe
    assert rows.filter(places__covers=one("FR")).exists()
    assert not rows.filter(places__covers=one("IT")).exists()
    assert rows.filter(places__overlaps=one("IT") | one("DE-BY")).exists()
    assert not rows.filter(places__overlaps=one("IT-RM")).exists()
