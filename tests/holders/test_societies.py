"""Societies: seeded facts, the nearest mapping, and an organisation's own choice."""

from datetime import UTC, date, datetime

import pytest

from audit.actors import command
from foundation.tenancy import tenant_atomic
from holders.models import Society, SocietyMapping
from holders.selectors import societies
from holders.services import societies as choices
from kernel.period import Period
from territories.geography.allocation import register
from territories.geography.rights import right_types

pytestmark = pytest.mark.django_db
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("territory", "right_type", "code"),
    [
        ("DE", "performance_live", "gema"),
        ("DE-BY", "mechanical", "gema"),
        ("AT", "mechanical_physical", "austro_mechana"),
        ("GB", "performance", "prs"),
        ("GB", "mechanical_stream", "mcps"),
        ("FR", "mechanical", "sdrm"),
        ("SE", "mechanical", "ncb"),
        ("NL", "mechanical", "stemra"),
        ("US-CA", "performance_broadcast", "ascap"),
        ("US", "mechanical_stream", "mlc"),
        ("US", "mechanical_physical", "hfa"),
        ("US", "neighbouring", "soundexchange"),
        ("JP", "performance", "jasrac"),
        ("AU", "mechanical", "amcos"),
    ],
)
def test_the_seeded_societies_act_where_they_do(territory, right_type, code):
    assert societies.society_for(territory, right_type, on=TODAY).code == code


def test_of_several_the_first_is_told_with_the_others():
    found = societies.society_for("US", "performance", on=TODAY)
    assert (found.short_name, found.others) == ("ASCAP", ("bmi", "sesac", "gmr"))


def test_a_mapping_holds_from_its_day():
    assert societies.society_for("US", "mechanical_stream", on=date(2020, 12, 31)).code == "hfa"


def test_where_none_is_known_none_is_told():
    assert societies.society_for("AQ", "performance", on=TODAY) is None
    assert societies.society_for("DE", "svod", on=TODAY) is None


def test_every_seeded_fact_names_what_exists():
    assert Society.objects.count() > 100
    for mapping in SocietyMapping.objects.all():
        assert mapping.territory_id in register()
        assert mapping.right_type_id in right_types()


def choose(society, period=None, **more):
    """Choose a society for performance in the United States."""
    told = {"territory": "US", "right_type": "performance", "actor": SETUP, "at": NOW}
    return choices.choose(society=society, period=period, **(told | more))


def asked(day=TODAY, **more):
    """Return the society for performance in the United States."""
    return societies.society_for("US", "performance", on=day, **more).code


def test_an_own_choice_goes_before_the_public_one_and_stays_inside_the_wall(org, other_org):
    with tenant_atomic(org.id):
        choose("bmi", Period(date(2026, 1, 1), date(2027, 1, 1)))
        assert [asked(), asked(date(2027, 1, 1))] == ["bmi", "ascap"]
        assert societies.society_for("US", "performance", on=TODAY).own
    with tenant_atomic(other_org.id):
        assert asked() == "ascap"


def test_a_new_choice_supersedes_and_the_old_answer_can_still_be_asked(in_org):
    choose("bmi")
    choose("sesac", at=datetime(2026, 4, 1, tzinfo=UTC))
    assert [asked(), asked(as_known_at=NOW)] == ["sesac", "bmi"]


def test_of_two_own_choices_the_one_that_began_last_holds(in_org):
    choose("bmi")
    choose("gmr", Period(date(2026, 2, 1), None))
    assert [asked(), asked(date(2026, 1, 31))] == ["gmr", "bmi"]


@pytest.mark.parametrize(
    ("wrong", "says"), [({"society": "xyz"}, "no society"), ({"right_type": "x"}, "no right type")]
)
def test_a_choice_names_what_exists(in_org, wrong, says):
    with pytest.raises(choices.BadMapping, match=says):
        choose(**({"society": "bmi"} | wrong))
