"""An organisation's venues, groups and rates shadow the public ones and stay its own."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from audit import actors
from foundation.tenancy import tenant_atomic
from kernel.period import Period
from territories.geography import resolver
from territories.geography.atlas import UnknownTerritory
from territories.models import OrgGroup, OrgRate, Territory, Venue
from territories.selectors import atlas, clauses, places
from territories.selectors import rates as rate_questions
from territories.selectors.clauses import DateRule
from territories.services import groups, rates, venues

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ACTOR = actors.command("tests")
HEADER = "territory,right_type,starts,ends,kind,value,per_minute,currency,basis,source\n"
OWN_RATE = "US,mechanical,2026-01-01,2026-12-31,per_unit,0.15,,USD,,Deal memo 7\n"


def add(code: str, territory: str = "US-CA") -> Venue:
    return venues.add(code=code, name=code, territory=territory, actor=ACTOR, at=NOW)


def covered(text: str, code: str) -> bool:
    known = atlas.in_force()
    return resolver.matcher(text, on=TODAY, atlas=known)(code)


def load(text: str) -> rates.Loaded:
    return rates.load(rows=rates.read_rows(StringIO(HEADER + text)), actor=ACTOR, at=NOW)


def test_a_venue_lies_in_its_place_and_adding_one_moves_nobody(in_org):
    before = list(Territory.objects.values_list("code", "lower", "upper"))
    first = add("LOC:BOWL")
    second = add("loc:arena")
    assert first.span != second.span
    assert second.code == "LOC:ARENA"
    first.refresh_from_db()
    assert list(Territory.objects.values_list("code", "lower", "upper")) == before
    assert covered("US", "LOC:BOWL")
    assert covered("US-CA", "LOC:BOWL")
    assert not covered("WORLD - US", "LOC:BOWL")
    assert not covered("US-NY", "LOC:BOWL")
    assert covered("LOC:BOWL", "LOC:BOWL")
    assert not covered("LOC:BOWL", "LOC:ARENA")
    assert not covered("US - LOC:BOWL", "LOC:BOWL")
    assert places.ancestors("LOC:BOWL") == ["LOC:BOWL", "US-CA", "US", "WORLD"]
    assert places.search("bowl")[0].code == "LOC:BOWL"


def test_a_closed_venue_keeps_its_interval(in_org):
    closed = add("LOC:OLD")
    venues.close(code="LOC:OLD", on=TODAY, actor=ACTOR, at=NOW, reason="Torn down")
    assert add("LOC:NEW").lower == closed.upper
    assert covered("US", "LOC:OLD")
    with pytest.raises(venues.BadVenue):
        venues.close(code="LOC:OLD", on=TODAY, actor=ACTOR, at=NOW, reason="Again")


def test_a_venue_of_another_organisation_is_unknown(org, other_org):
    with tenant_atomic(org.id):
        add("LOC:BOWL")
    with tenant_atomic(other_org.id):
        assert not Venue.objects.exists()
        with pytest.raises(UnknownTerritory):
            clauses.read("LOC:BOWL", rule=DateRule.CURRENT, signed_on=TODAY, on=TODAY)
        add("LOC:BOWL", "DE")
        assert covered("DACH", "LOC:BOWL")


@pytest.mark.parametrize("code", ["BOWL", "LOC:", "LOC:A B", "LOC:A+B"])
def test_a_code_that_no_clause_could_name_is_refused(in_org, code):
    with pytest.raises(venues.BadVenue):
        add(code)
    assert not Venue.objects.exists()


def test_a_venue_needs_a_country_and_a_free_code(in_org):
    add("LOC:BOWL")
    with pytest.raises(venues.VenueExists):
        add("LOC:BOWL", "DE")
    for group in ("EU", "WORLD"):
        with pytest.raises(venues.BadVenue):
            add("LOC:OTHER", group)
    assert Venue.objects.count() == 1


def test_an_unknown_venue_is_told_with_its_neighbour(in_org):
    add("LOC:BOWL")
    with pytest.raises(UnknownTerritory) as raised:
        clauses.read("US - LOC:BOWLE", rule=DateRule.CURRENT, signed_on=TODAY, on=TODAY)
    assert raised.value.extra["suggestions"] == ["LOC:BOWL"]


def define(code: str, expression: str, period: Period | None = None, at: datetime = NOW):
    return groups.define(
        code=code, name=code, expression=expression, period=period, actor=ACTOR, at=at
    )


def test_an_own_group_may_shadow_a_public_one_and_change_with_time(in_org):
    define("EU", "eu + ch")
    define("HOME", "DE", Period(date(2020, 1, 1), date(2025, 1, 1)))
    define("HOME", "DACH", Period(date(2025, 1, 1), None))
    assert covered("EU", "CH")
    assert covered("HOME", "AT")
    known = atlas.in_force()
    assert not resolver.matcher("HOME", on=date(2024, 6, 1), atlas=known)("AT")
    assert date(2025, 1, 1) in resolver.change_dates("HOME", atlas=known)
    found = clauses.read("HOME - LI", rule=DateRule.CURRENT, signed_on=TODAY, on=date(2024, 6, 1))
    assert (found.text, found.changes_on) == ("HOME - LI", date(2025, 1, 1))


def test_a_new_definition_supersedes_and_the_old_one_is_still_known_as_of_then(in_org):
    later = NOW + timedelta(days=30)
    define("HOME", "DE")
    define("HOME", "DE + AT", at=later)
    assert covered("HOME", "AT")
    then = atlas.in_force(as_known_at=NOW + timedelta(days=1))
    assert not resolver.matcher("HOME", on=TODAY, atlas=then)("AT")
    assert OrgGroup.objects.count() == 2


@pytest.mark.parametrize("code", ["DE", "USA", "840", "US-CA", "LOC:X", "A B", ""])
def test_a_group_cant_take_a_places_code(in_org, code):
    with pytest.raises(groups.BadGroup):
        define(code, "DE")
    assert not OrgGroup.objects.exists()


def test_an_own_rate_comes_before_the_public_one(in_org):
    assert load(OWN_RATE) == rates.Loaded(1, 1, 0, 0)
    found = rate_questions.rate("US-CA", "mechanical_download", on=TODAY)
    assert (found.value, found.own, found.source) == (Decimal("0.15"), True, "Deal memo 7")
    last_day = rate_questions.rate("US", "mechanical", on=date(2026, 12, 31))
    assert last_day.own
    assert rate_questions.rate("US", "mechanical", on=date(2027, 1, 1)) is None


def test_loading_the_same_rates_again_changes_nothing_and_a_change_supersedes(in_org):
    load(OWN_RATE)
    assert load(OWN_RATE) == rates.Loaded(1, 0, 0, 1)
    assert load(OWN_RATE.replace("0.15", "0.16")) == rates.Loaded(1, 0, 1, 0)
    assert rate_questions.rate("US", "mechanical", on=TODAY).value == Decimal("0.16")
    assert OrgRate.objects.count() == 2


def test_every_fault_of_a_rates_file_is_told_and_nothing_is_loaded(in_org):
    text = (
        OWN_RATE
        + "UK,mechanical,2026-01-01,,per_unit,0.1,,GBP,,x\n"
        + "DE,mecanical,01.01.2026,,percent,1e3,,,,\n"
        + "EU,sync,2026-01-01,2025-01-01,per_unit,0.1,,XXQ,,x\n"
        + OWN_RATE
    )
    with pytest.raises(rates.BadRatesFile) as raised:
        load(text)
    told = {(one["row"], one["column"]) for one in raised.value.extra["errors"]}
    assert told == {
        (3, "territory"),
        (4, "starts"),
        (4, "right_type"),
        (4, "value"),
        (4, "source"),
        (4, "basis"),
        (5, "territory"),
        (5, "ends"),
        (5, "currency"),
        (6, "starts"),
    }
    assert not OrgRate.objects.exists()


def test_import_rates_loads_a_file_for_an_organisation(org, tmp_path, capsys):
    file = tmp_path / "rates.csv"
    file.write_text(HEADER + OWN_RATE)
    out = StringIO()
    call_command("import_rates", str(file), org=org.slug, stdout=out)
    assert out.getvalue().strip() == '{"read": 1, "added": 1, "superseded": 0, "unchanged": 0}'
    with tenant_atomic(org.id):
        assert OrgRate.objects.count() == 1
    with pytest.raises(SystemExit) as stopped:
        call_command("import_rates", str(file), org="nobody", stderr=StringIO())
    assert stopped.value.code == 1
