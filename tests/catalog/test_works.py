"""Works: made with their keys, alone or by the thousand."""

from datetime import UTC, datetime

import pytest

from catalog.models import Work
from catalog.services import works
from catalog.services.works import NewWork

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_org")]
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
