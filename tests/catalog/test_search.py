"""Search over works: numbers, beginnings, later words, errors in typing; never over the wall."""

from datetime import UTC, datetime

import pytest

from catalog.selectors import search
from catalog.services import works
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORKS = [
    NewWork("film", "The Long Pier", code="LP-1", identifiers=(("isan", "0000-0000-D07A-0090"),)),
    NewWork("recording", "Blue Hour", identifiers=(("isrc", "QZABC2600001"),)),
    NewWork("recording", "Blue Hour", version="Live"),
    NewWork("series", "100% Harbour"),
]


@pytest.fixture
def made(in_org):
    """Four works."""
    return works.create_many(works=WORKS, at=NOW)


def titles(text, **more):
    """Search and return the titles."""
    return [one.title for one in search.find(text, **more)]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lp-1", "The Long Pier"),
        ("qz-abc-26-00001", "Blue Hour"),
        ("0000-0000-D07A-0090-Q", "The Long Pier"),
        ("the l", "The Long Pier"),
        ("pier", "The Long Pier"),
        ("pi", "The Long Pier"),
        ("long peir", "The Long Pier"),
        ("BLÜE HOUR (acoustic)", "Blue Hour"),
        ("harbour", "100% Harbour"),
    ],
)
def test_what_is_typed_finds_the_work(text, first):
    assert titles(text)[0] == first


@pytest.mark.usefixtures("made")
def test_a_search_keeps_to_kinds_and_to_its_limit():
    assert titles("blue", kinds=["film"]) == []
    assert titles("pier", kinds=["film"]) == ["The Long Pier"]
    assert len(titles("blue", limit=1)) == 1
    assert {one.version for one in search.find("blue hour")} == {"", "Live"}
    assert titles("%") == titles("_") == titles("  ") == []


def test_two_organisations_find_their_own(org, other_org):
    for one, title in ((org, "Blue Harbour"), (other_org, "Blue Lantern")):
        with tenant_atomic(one.id):
            new = NewWork("film", title, code="B", identifiers=(("isrc", "QZABC2600001"),))
            works.create(work=new, at=NOW)
    with tenant_atomic(org.id):
        for text in ("b", "blue", "blu harbour", "QZABC2600001"):
            assert titles(text) == ["Blue Harbour"]
        assert titles("lantern") == []
