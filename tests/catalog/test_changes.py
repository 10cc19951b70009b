"""What is known of a work changes by deeds of its own: numbers, parents, links, dates, files."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from audit.actors import command
from audit.models import Event
from catalog.models import Asset, Credit, WorkEvent
from catalog.selectors import dates as known_dates
from catalog.selectors import hierarchy as family
from catalog.selectors import works as known
from catalog.services import assets, credits, dates, hierarchy, identifiers, works
from catalog.services.works import NewWork
from foundation.storage import services as storage
from kernel.ids import uuid7
from territories.geography.atlas import UnknownTerritory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_org")]
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 4, 1, tzinfo=UTC)
BY = {"actor": SETUP, "at": NOW}


def make(kind="film", title="The Long Pier", **more):
    """Make a work."""
    return works.create(work=NewWork(kind, title, **more), at=NOW)


def codes():
    """Return the codes of the events so far."""
    return list(Event.objects.order_by("id").values_list("code", flat=True))


def test_a_wrong_number_is_added_only_when_confirmed():
    work = make()
    told = {"work_id": work.pk, "kind": "upc", "value": "4006381333932", **BY}
    with pytest.raises(works.BadIdentifier, match="should be 1. Correct it, or confirm"):
        identifiers.add(**told)
    assert identifiers.add(**told, confirmed=True).confirmed
    assert codes() == ["catalog.identifier.added"]


def test_a_number_taken_from_one_work_may_name_another():
    first, second = make(title="One"), make(title="Two")
    number = {"kind": "isrc", "value": "QZ-ABC-26-00001", **BY}
    row = identifiers.add(work_id=first.pk, **number)
    with pytest.raises(works.WorkExists, match="names One. Take it off there first"):
        identifiers.add(work_id=second.pk, **number)
    with pytest.raises(works.WorkExists, match="this work's already"):
        identifiers.add(work_id=first.pk, **number)
    identifiers.remove(identifier_id=row.pk, **BY, reason="Typing error")
    identifiers.add(work_id=second.pk, **number)
    assert known.by_identifiers([("isrc", "QZABC2600001")]) == {
        ("isrc", "QZABC2600001"): [second.pk]
    }
    with pytest.raises(works.BadIdentifier, match="already"):
        identifiers.remove(identifier_id=row.pk, **BY, reason="Again")


def test_an_imported_wrong_number_is_confirmed_by_a_person_once():
    new = NewWork("film", "Pier", identifiers=(("upc", "4006381333932"),))
    row = works.create(work=new, at=NOW, lenient=True).identifiers.get()
    told = {"identifier_id": row.pk, **BY, "reason": "As printed on the sleeve"}
    assert identifiers.confirm(**told).confirmed
    with pytest.raises(works.BadIdentifier, match="confirmed already"):
        identifiers.confirm(**told)


def test_works_move_but_never_below_themselves():
    series, season, episode = make("series", "S"), make("season", "1"), make("episode", "E")
    hierarchy.move(work_id=season.pk, parent_id=series.pk, number=1, **BY)
    hierarchy.move(work_id=episode.pk, parent_id=season.pk, number=3, **BY)
    assert family.above(episode.pk) == [season.pk, series.pk]
    assert family.below([series.pk, episode.pk]) == {series.pk: [season.pk, episode.pk]}
    for parent in (series.pk, episode.pk):
        with pytest.raises(works.BadWork, match="below itself"):
            hierarchy.move(work_id=series.pk, parent_id=parent, **BY)
    hierarchy.move(work_id=season.pk, parent_id=None, **BY)
    assert family.above(episode.pk) == [season.pk]


def test_a_recording_is_joined_to_its_composition_once():
    song, take = make("composition", "Low Tide"), make("recording", "Low Tide")
    told = {"work_id": take.pk, "other_id": song.pk, "relation": "records", **BY}
    link = hierarchy.join(**told)
    with pytest.raises(works.WorkExists, match="joined so already"):
        hierarchy.join(**told)
    with pytest.raises(works.BadWork, match="no composition"):
        hierarchy.join(**(told | {"work_id": song.pk, "other_id": take.pk}))
    with pytest.raises(works.BadWork, match="not to itself"):
        hierarchy.join(**(told | {"other_id": take.pk}))
    hierarchy.part(link_id=link.pk, **BY, reason="Another song")
    assert codes() == ["catalog.work.joined", "catalog.work.parted"]


def dated(work, on, at=NOW, territory="US", kind="theatrical"):
    """Record a release date."""
    return dates.record(work_id=work.pk, kind=kind, territory=territory, on=on, actor=SETUP, at=at)


def test_a_date_holds_below_its_place_and_what_was_known_stays_known():
    work = make()
    dated(work, date(2026, 5, 1))
    dated(work, date(2026, 6, 1), territory="world")
    dated(work, date(2026, 5, 8), at=LATER)

    def day(territory, **more):
        return known_dates.day_of(work.pk, "theatrical", territory, **more)

    assert [day("US-CA"), day("DE")] == [date(2026, 5, 8), date(2026, 6, 1)]
    assert day("US", as_known_at=NOW) == date(2026, 5, 1)
    dated(work, None, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert day("US") == date(2026, 6, 1)
    assert known_dates.day_of(work.pk, "broadcast", "US") is None


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"on": date(2026, 5, 1)}, "is 2026-05-01 already"),
        ({"on": date(2026, 5, 2)}, "A later record"),
        ({"on": None, "territory": "DE"}, "nothing to withdraw"),
        ({"on": date(2026, 5, 1), "kind": "party"}, "no kind of event"),
    ],
)
def test_a_date_that_says_nothing_new_is_refused(told, says):
    work = make()
    dated(work, date(2026, 5, 1))
    with pytest.raises(dates.BadDate, match=says):
        dated(work, **told)
    assert WorkEvent.objects.count() == 1


def test_a_date_is_of_a_place_that_exists():
    with pytest.raises(UnknownTerritory):
        dated(make(), date(2026, 5, 1), territory="ATLANTIS")


def test_recorded_dates_are_never_changed():
    row = dated(make(), date(2026, 5, 1))
    for change in (
        "UPDATE catalog_workevent SET territory = 'DE'",
        "DELETE FROM catalog_workevent",
    ):
        with (
            pytest.raises(DatabaseError) as refused,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    row.refresh_from_db()
    assert row.territory == "US"


def test_a_file_is_kept_once_per_use(settings, tmp_path):
    settings.FILE_DIR, settings.KEY_DIR = tmp_path / "files", tmp_path / "keys"
    work = make("clip", "Harbour at dawn")
    told = {"work_id": work.pk, "content": b"moving pictures", "name": "dawn.mp4", **BY}
    asset = assets.attach(**told, kind="video", media_type="video/mp4")
    assert storage.open_file(asset.file).read() == b"moving pictures"
    with pytest.raises(works.WorkExists, match="has this file as video"):
        assets.attach(**told, kind="video", media_type="video/mp4")
    with pytest.raises(works.BadWork, match="no kind of asset"):
        assets.attach(**told, kind="smell", media_type="x/y")
    assert Asset.objects.count() == 1


def test_an_artist_renamed_is_matched_by_the_new_name():
    work = make("recording", "Low Tide")
    credit = credits.credit(work_id=work.pk, name="The Tern", role="main", **BY)
    credits.rename(artist_id=credit.artist_id, name="Arctic Tern", **BY)
    (found,) = known.by_title(["low tide"])["low tide"]
    assert found.artist_keys == {"arctic tern"}
    credits.credit(work_id=work.pk, name="Kestrel", role="featured", **BY)
    with pytest.raises(credits.BadCredit, match="Another artist is called"):
        credits.rename(artist_id=credit.artist_id, name="KESTREL", **BY)
    assert Credit.objects.count() == 2


@pytest.mark.parametrize(("name", "role"), [(" ", "main"), ("Tern", "wizard")])
def test_a_credit_has_a_name_and_a_role(name, role):
    with pytest.raises(credits.BadCredit):
        credits.credit(work_id=make().pk, name=name, role=role, **BY)


def test_what_is_not_there_cannot_be_changed():
    nobody = {"work_id": uuid7(), **BY}
    with pytest.raises(works.UnknownWork, match="Look it up"):
        works.retire(**nobody, reason="?")
    with pytest.raises(credits.BadCredit, match="no work"):
        credits.credit(**nobody, name="Tern", role="main")
