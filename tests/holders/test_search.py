"""Search over holders: numbers, beginnings, errors in typing; never over the wall."""

from datetime import UTC, datetime

import pytest

from audit.actors import command
from foundation.tenancy import tenant_atomic
from holders.selectors import holders as known
from holders.selectors import search
from holders.services import holders
from holders.services.holders import NewHolder

pytestmark = pytest.mark.django_db
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = [
    NewHolder("label", "Kestrel Records", code="KES", country="GB"),
    NewHolder("publisher", "Kestrel & Tern Music", isni="000000012146438X"),
    NewHolder("person", "Ada Okafor", ipi="00000000199", sort_name="Okafor Ada"),
    NewHolder("person", "Åsa Öberg"),
]


@pytest.fixture
def registered(in_org):
    """Four holders."""
    return holders.register_many(holders=PEOPLE, actor=SETUP, at=NOW, source="tests")


def names(text, **more):
    """Search and return the names."""
    return [one.name for one in search.find(text, **more)]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("kes", "Kestrel Records"),
        ("199", "Ada Okafor"),
        ("0000 0001 2146 438X", "Kestrel & Tern Music"),
        ("oka", "Ada Okafor"),
        ("okaffor", "Ada Okafor"),
        ("ASA OBERG", "Åsa Öberg"),
        ("kestrel and tern", "Kestrel & Tern Music"),
        ("kestrell recods", "Kestrel Records"),
        ("a", "Ada Okafor"),
    ],
)
def test_what_is_typed_finds_the_holder(text, first):
    assert names(text)[0] == first


@pytest.mark.usefixtures("registered")
def test_a_search_keeps_to_kinds_and_to_its_limit():
    assert names("kestrel", kinds=["publisher"]) == ["Kestrel & Tern Music"]
    assert len(names("kestrel", limit=1)) == 1
    assert names("   ") == names("zzzz") == []


def test_inactive_holders_are_found_when_asked_for(registered):
    gone = registered[0]
    holders.deactivate(holder_id=gone.pk, actor=SETUP, at=NOW, reason="Sold")
    assert gone.name not in names("kestrel")
    assert names("kestrel records", only_active=False)[0] == gone.name


def test_two_organisations_find_their_own(org, other_org):
    for one, name in ((org, "Kestrel Harbour"), (other_org, "Kestrel Lantern")):
        with tenant_atomic(one.id):
            new = NewHolder("label", name, code="KES", ipi="199")
            holders.register_many(holders=[new], actor=SETUP, at=NOW, source="tests")
    with tenant_atomic(org.id):
        for text in ("kestrel", "kestrell", "kes", "199"):
            assert names(text) == ["Kestrel Harbour"]
        assert len(known.by_ipis(["199"])["199"]) == 1


def test_sets_of_names_codes_and_numbers_are_resolved_at_once(registered):
    label, publisher, ada, asa = (one.pk for one in registered)
    assert known.by_codes(["kes ", "nobody", ""]) == {"kes ": label}
    assert known.by_ipis(["199", "00000000297"]) == {"199": [ada]}
    assert known.by_isnis(["0000-0001-2146-438x"]) == {"0000-0001-2146-438x": [publisher]}
    assert known.by_names(["asa oberg", "x"]) == {"asa oberg": [asa]}
    assert known.lines([label])[label].name == "Kestrel Records"
