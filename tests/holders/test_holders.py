"""Holders: registered once per code, and the two that every organisation has."""

from datetime import UTC, datetime

import pytest

from audit.actors import command
from audit.models import Event
from holders.models import Holder
from holders.services import holders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_org")]
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def register(name="Kestrel Records", kind="label", **more):
    """Register a holder."""
    return holders.register(kind=kind, name=name, actor=SETUP, at=NOW, **more)


def test_a_holder_is_registered_with_its_event():
    holder = register("  Ada  Okafor ", "person", code="okafor", country="ng", sort_name="Okafor A")
    assert (holder.name, holder.code, holder.country) == ("Ada Okafor", "OKAFOR", "NG")
    assert (holder.name_key, holder.sort_key) == ("ada okafor", "okafor a")
    assert Event.objects.get(subject_id=holder.pk).code == "holders.holder.registered"


def test_a_code_names_one_holder():
    register(code="KES")
    with pytest.raises(holders.HolderExists, match="KES is taken"):
        register("Kestrel Two", code="kes")
    assert Holder.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 301])
def test_a_holder_has_a_name(name):
    with pytest.raises(holders.BadHolder, match="needs a name"):
        register(name)


def test_a_kind_is_one_of_the_list():
    with pytest.raises(holders.BadHolder, match="Kinds are: label"):
        register(kind="wizard")


def test_every_organisation_gets_its_reserved_holders_once():
    house, unclaimed = holders.ensure_reserved(at=NOW)
    assert (house.reserved, unclaimed.reserved) == ("house", "unclaimed")
    assert holders.ensure_reserved(at=NOW) == (house, unclaimed)
    assert Holder.objects.count() == 2


def test_a_number_that_fails_its_check_is_refused_unless_confirmed():
    with pytest.raises(holders.BadHolder, match="IPI 09000000021 ends in 21.* should be 20"):
        register(ipi="09000000021")
    assert not Holder.objects.exists()
    assert register(ipi="09000000021", confirmed=True).identifiers_confirmed


def test_a_number_belongs_to_one_active_holder_unless_confirmed():
    first = register(ipi="199")
    with pytest.raises(holders.HolderExists, match="IPI 00000000199 is Kestrel Records's"):
        register("Ada", ipi="00000000199")
    holders.deactivate(holder_id=first.pk, actor=SETUP, at=NOW, reason="Merged")
    assert register("Ada", ipi="199").ipi == "00000000199"


def test_an_import_keeps_wrong_numbers_unconfirmed():
    new = holders.NewHolder("person", "Ada", ipi="09000000021")
    (row,) = holders.register_many(holders=[new], actor=SETUP, at=NOW, source="cwr")
    assert not row.identifiers_confirmed
    with pytest.raises(holders.HolderExists, match="code X is taken"):
        holders.register_many(
            holders=[holders.NewHolder("label", name, code="x") for name in "ab"],
            actor=SETUP,
            at=NOW,
            source="cwr",
        )


def test_a_country_is_one_of_the_249():
    with pytest.raises(holders.BadHolder, match="'UK' is no country"):
        register(country="uk")


def test_a_holder_is_renamed_and_its_event_keeps_both_names():
    holder = register()
    holders.rename(holder_id=holder.pk, name="Tern", actor=SETUP, at=NOW, reason="Sold")
    holder.refresh_from_db()
    assert (holder.name, holder.name_key, holder.sort_key) == ("Tern", "tern", "tern")
    assert Event.objects.filter(code="holders.holder.renamed").count() == 1


def test_the_reserved_holders_stay():
    house, _ = holders.ensure_reserved(at=NOW, actor=SETUP)
    assert Event.objects.get().code == "holders.reserved.made"
    with pytest.raises(holders.BadHolder, match="belongs to every organisation"):
        holders.deactivate(holder_id=house.pk, actor=SETUP, at=NOW, reason="?")
    with pytest.raises(holders.BadHolder, match="neither HOUSE"):
        register(code="house")


def test_numbers_are_set_and_taken_away():
    holder = register()
    told = {"holder_id": holder.pk, "actor": SETUP, "at": NOW}
    assert holders.set_numbers(**told, ipi="199", isni="").ipi == "00000000199"
    assert holders.set_numbers(**told, ipi="", isni="").ipi == ""
