"""What matching asks: which work has this number, this title, or a title like it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.selectors import works as known
from catalog.services import works
from catalog.services.works import NewWork
from catalog.titles import artist_key, title_key, version_key
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BLUE_HOUR = NewWork(
    "recording",
    "Blue Hour",
    identifiers=(("isrc", "QZABC2600001"), ("upc", "4006381333931")),
    credits=(("The Marlow Quartet", "main"), ("Ada Okafor", "featured")),
)


def make(*new, **more):
    """Make works."""
    return works.create_many(works=new, at=NOW, **more)


def test_a_number_finds_its_work_in_any_spelling(in_org):
    make(BLUE_HOUR)
    asked = [
        ("isrc", "QZ-ABC-26-00001"),
        ("isrc", "isrc:qzabc2600001"),
        ("upc", "04006381333931"),
        ("isrc", "QZABC2600002"),
        ("iswc", ""),
    ]
    found = known.by_identifiers(asked)
    assert found == {pair: [BLUE_HOUR.id] for pair in asked[:3]}


def test_numbers_and_titles_of_another_organisation_are_not_seen(org, other_org):
    with tenant_atomic(org.id):
        make(BLUE_HOUR)
    with tenant_atomic(other_org.id):
        assert known.by_identifiers([("isrc", "QZABC2600001")]) == {}
        assert known.by_title(["blue hour"]) == {}
        assert known.similar("Blue Hour") == []


def test_a_title_key_finds_works_with_their_artists(in_org):
    live = NewWork("recording", "Blue Hour (Live at the Quay)")
    make(BLUE_HOUR, live, NewWork("film", "Blue Hours"))
    found = known.by_title([title_key("BLUE  HÖUR [Remastered]"), "nothing"])
    assert set(found) == {"blue hour"}
    assert {one.work_id: one.artist_keys for one in found["blue hour"]} == {
        BLUE_HOUR.id: {"marlow quartet", "ada okafor"},
        live.id: set(),
    }


def test_a_title_with_an_error_finds_the_nearest_first(in_org):
    other = NewWork("recording", "Blue House", credits=(("Tern", "main"),))
    make(BLUE_HOUR, other, NewWork("film", "The Long Pier"))
    found = known.similar("Blu Hour", "Marlow Quartet")
    assert found[0][0] == BLUE_HOUR.id
    assert found[0][1] > Decimal("0.7")
    assert known.similar("Blue Hour", "Marlow Quartet")[0] == (BLUE_HOUR.id, Decimal(1))
    assert known.similar("!?") == []


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Blue Hour (Live) [2011 Remaster]", "blue hour"),
        ("Blue Hour - Remastered 2011", "blue hour"),
        ("Blue Hour – Live at the Quay", "blue hour"),
        ("Blue Hour feat. Ada Okafor", "blue hour"),
        ("6 ft Under", "6 ft under"),
        ("Featuring You", "featuring you"),
        ("Harbour - Part Two", "harbour part two"),
        ("(I Can't) Stand Up", "stand up"),
        ("(Untitled)", "untitled"),
        ("Ça & Là", "ca and la"),
        ("Große Straße", "grosse strasse"),
        ("R.E.M.", "rem"),
        ("!!!", "!!!"),
        ("ガラス", "ガラス"),
        ("Ёлка", "елка"),
    ],
)
def test_titles_are_matched_by_what_is_the_same_in_all_spellings(title, key):
    assert title_key(title) == key


def test_artists_are_matched_without_the_article():
    assert artist_key("The Marlow Quartet feat. Ada") == artist_key("marlow QUARTET")
    assert artist_key("The The") == "the"


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Blue Hour", ""),
        ("Blue Hour (feat. Ada Okafor)", ""),
        ("Blue Hour feat. Ada Okafor", ""),
        ("Blue Hour (Live) [2011 Remaster]", "2011 live remaster"),
        ("Blue Hour - Remaster 2011", "2011 remaster"),
        ("Blue Hour ((Tern) Remix)", "remix tern"),
    ],
)
def test_versions_of_one_title_are_told_apart(title, version):
    assert version_key(title) == version


def test_a_found_title_says_which_version_it_is(in_org):
    make(
        NewWork("recording", "Blue Hour (Live)"), NewWork("recording", "Blue Hour", version="Mono")
    )
    found = known.by_title(["blue hour"])["blue hour"]
    assert {one.version_key for one in found} == {"live", "mono"}
