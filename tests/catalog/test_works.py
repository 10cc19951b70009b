"""Works: made with their keys, alone or by the thousand."""

from datetime import UTC, datetime

import pytest

from audit.actors import command
from audit.models import Event
from catalog.models import Artist, Credit, Work
from catalog.selectors import works as known
from catalog.services import works
from catalog.services.works import NewWork
from kernel.ids import uuid7

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_org")]
SETUP = command("tests")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_work_keeps_its_title_and_the_key_it_is_matched_by():
    work = works.create(work=NewWork("recording", " Blue  Hour (Live)", code="bh-1"), at=NOW)
    assert (work.title, work.title_key, work.code) == ("Blue Hour (Live)", "blue hour", "BH-1")


def test_parents_and_children_are_made_together():
    series = NewWork("series", "Harbour Lights")
    season = NewWork("season", "Season 1", parent_id=series.id, number=1)
    made = works.create_many(works=[season, series], at=NOW)
    assert made[0].parent == made[1]


def test_a_taken_code_makes_nothing():
    works.create(work=NewWork("film", "The Long Pier", code="LP"), at=NOW)
    with pytest.raises(works.WorkExists):
        works.create_many(works=[NewWork("film", "A"), NewWork("film", "B", code="lp")], at=NOW)
    assert Work.objects.count() == 1


@pytest.mark.parametrize(("kind", "title"), [("opera", "X"), ("film", " ")])
def test_a_work_has_a_known_kind_and_a_title(kind, title):
    with pytest.raises(works.BadWork):
        works.create(work=NewWork(kind, title), at=NOW)


def test_a_number_that_fails_its_check_is_refused_unless_confirmed():
    wrong = NewWork("composition", "Low Tide", identifiers=(("iswc", "T-123456789-5"),))
    with pytest.raises(works.BadIdentifier, match="ISWC T1234567895 .* should be 4"):
        works.create(work=wrong, at=NOW)
    assert not Work.objects.exists()
    work = works.create(work=wrong, at=NOW, confirmed=True)
    assert work.identifiers.get().confirmed


def test_an_import_keeps_a_wrong_number_as_unconfirmed():
    wrong = NewWork("composition", "Low Tide", identifiers=(("iswc", "T-123456789-5"),))
    work = works.create(work=wrong, at=NOW, lenient=True)
    assert not work.identifiers.get().confirmed


def test_one_number_names_one_work():
    first = NewWork("film", "The Long Pier", identifiers=(("isan", "0000-0000-3A8D-0000"),))
    works.create(work=first, at=NOW)
    again = NewWork("film", "Pier", identifiers=(("isan", "0000-0000-3A8D-0000-Z"),))
    with pytest.raises(works.WorkExists, match="ISAN 000000003A8D0000Z names another work"):
        works.create(work=again, at=NOW)


def test_artists_are_made_once_and_keep_their_first_spelling():
    works.create(work=NewWork("recording", "A", credits=(("The Tern", "main"),)), at=NOW)
    works.create(work=NewWork("recording", "B", credits=(("TERN", "main"),)), at=NOW)
    assert Artist.objects.get().name == "The Tern"
    assert Credit.objects.count() == 2


def test_a_circle_of_parents_is_refused():
    one, two = uuid7(), uuid7()
    with pytest.raises(works.BadWork, match="below itself"):
        works.create_many(
            works=[
                NewWork("series", "One", id=one, parent_id=two),
                NewWork("series", "Two", id=two, parent_id=one),
            ],
            at=NOW,
        )


def test_a_parent_must_be_there():
    with pytest.raises(works.UnknownWork, match="to be a parent"):
        works.create(work=NewWork("season", "Season 1", parent_id=uuid7()), at=NOW)


def test_a_new_title_is_recorded_with_the_former_and_matched_at_once():
    work = works.create(work=NewWork("film", "The Long Pier"), at=NOW)
    works.retitle(work_id=work.pk, title="The Short Pier", actor=SETUP, at=NOW)
    assert list(known.by_title(["the short pier"])) == ["the short pier"]
    assert Event.objects.get().code == "catalog.work.retitled"


def test_a_work_is_retired_and_comes_back():
    work = works.create(work=NewWork("film", "The Long Pier"), at=NOW)
    told = {"work_id": work.pk, "actor": SETUP, "at": NOW, "reason": "Withdrawn"}
    assert works.retire(**told).status == "retired"
    with pytest.raises(works.BadWork, match="retired already"):
        works.retire(**told)
    assert works.reinstate(**told).status == "active"
