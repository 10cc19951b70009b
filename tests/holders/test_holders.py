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
