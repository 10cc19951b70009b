"""PostgreSQL refuses what the services would never do: wrong sums, overlaps, gaps, edits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.utils import ProgrammingError

from audit import actors
from catalog.services.works import NewWork
from holders.services import holders
from kernel.ids import uuid7
from rights.engine.boxes import WORLD
from rights.models import Claim, Share
from rights.selectors import clauses
from rights.services.registration import register_work
from territories.geography import resolver

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")


@pytest.fixture
def film(in_org):
    """A film, held by the house."""
    return register_work(work=NewWork(kind="film", title="Salt"), actor=ACTOR, at=NOW)


def row(work, *, rights="audiovisual", span=WORLD, parts=1, shares=(1,), **more):
    """Write a claim row with its shares past all services."""
    right = clauses.right_span(rights)
    holder_ids = [one.pk for one in holders.ensure_reserved(at=NOW)]
    fields = {
        "origin": uuid7(), "work_id": work.pk, "right_type_id": rights, "rights": right,
        "written": "WORLD", "claimed_rights": right, "claimed_span": WORLD,
        "claimed_window": DateRange(None, None),
        "territory": "WORLD", "span": span, "window": DateRange(None, None), "source": "contract",
        "parts_total": parts, "recorded_at": NOW,
    }  # fmt: skip
    claim = Claim(**(fields | more))
    claim.save(force_insert=True)
    for position, number in enumerate(shares):
        share = Share(claim=claim, holder_id=holder_ids[position], parts=number, position=position)
        share.save(force_insert=True)
    return claim


def commit() -> None:
    """Check what is deferred to the deed's end."""
    connection.check_constraints()


@contextmanager
def refused(words: str | None = None) -> Iterator[None]:
    """What is done inside is refused, at the deed's end at the latest, and undone."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():  # noqa: PT012
        yield
        commit()


def supersede(work) -> None:
    Claim.objects.filter(work_id=work.pk).supersede(NOW)


@pytest.mark.parametrize(("parts", "shares"), [(1, ()), (2, (1,)), (1, (1, 1)), (3, (1, 1))])
def test_shares_that_dont_sum_to_the_whole_are_refused(film, parts, shares):
    with refused("sum to"):
        supersede(film)
        row(film, parts=parts, shares=shares)


def test_a_share_added_later_is_refused(film):
    commit()
    claim = Claim.objects.get()
    other = holders.ensure_reserved(at=NOW)[1]
    with refused("sum to 2 of 1"):
        Share(claim=claim, holder=other, parts=1, position=1).save(force_insert=True)


def test_a_second_claim_to_the_same_is_refused(film):
    for right, span in [("audiovisual", WORLD), ("svod", resolver.resolve("US", on=NOW.date()))]:
        with refused("one_claim_to_a_right"):
            row(film, rights=right, span=span)


def test_a_gap_is_refused(film):
    gap = "leave some right with nobody"
    germany = resolver.resolve("DE", on=NOW.date())
    with refused(gap):
        supersede(film)
    with refused(gap):
        supersede(film)
        row(film, span=resolver.resolve("WORLD - DE", on=NOW.date()))
    with refused(gap):
        supersede(film)
        row(film, span=resolver.resolve("WORLD - DE", on=NOW.date()))
        row(film, span=germany, window=DateRange(None, NOW.date()))
    supersede(film)
    row(film, span=resolver.resolve("WORLD - DE", on=NOW.date()))
    row(film, span=germany, window=DateRange(None, NOW.date()))
    row(film, span=germany, window=DateRange(NOW.date(), None))
    commit()


def test_the_check_holds_for_who_left_the_wall(film, in_org):
    with refused("leave some right with nobody"):
        supersede(film)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.org', '', true)")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rights_claim SET source = 'contract'",
        "UPDATE rights_claim SET recorded_at = now(), superseded_at = now()",
        "DELETE FROM rights_claim",
        "UPDATE rights_share SET parts = 2",
        "DELETE FROM rights_share",
    ],
)
def test_rows_are_never_changed(film, superuser, statement):
    with (
        pytest.raises(ProgrammingError, match="denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_row_is_superseded_once(film):
    with refused("only grows"):
        supersede(film)
        Claim.objects.filter(work_id=film.pk).update(superseded_at=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": DateRange(NOW.date(), NOW.date())},
        {"claimed_span": resolver.resolve("DE", on=NOW.date())},
        {"parts_total": 0},
        {"superseded_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_rows_that_make_no_sense_are_refused(film, wrong):
    with refused():
        supersede(film)
        row(film, **wrong)
