"""Each job of licences is done exactly once: thrice, killed midway, after days down (R9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from audit.models import Event
from audit.services import events
from licenses.models import Reminder, Renewal
from licenses.services import keeping
from tests.licenses.world import ACTOR, World

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
SIGNED = datetime(2026, 1, 5, 9, tzinfo=UTC)
TERM = {"start": "2025-04-01", "end": "2026-03-31"}
OPTION = {
    "clause": "4", "kind": "option", "rights": ["svod"], "territory": "US",
    "start": "2028-01-01", "end": "2028-12-31",
    "exercise_from": "2026-02-01", "exercise_by": "2026-05-31",
}  # fmt: skip
PART = {"label": "Delivery", "due": "2026-05-31", "amount": "5.00"}
AUDIT = {"clause": "9", "by": "licensor", "notice_days": 30, "due": ["2026-05-31"]}
LATER = {"start": "2026-01-01", "end": "2027-12-31"}
# Kind: the terms that bring it, and the first day on which it is due.
JOBS = {
    "expiring": ({"term": TERM}, date(2026, 3, 1)),
    "expired": ({"term": TERM}, date(2026, 4, 1)),
    "renewed": ({"term": TERM, "renewal": {"months": 12, "times": 1}}, date(2026, 3, 24)),
    "instalment_due": ({"fee": "5.00", "instalments": [PART], "term": LATER}, date(2026, 5, 1)),
    "instalment_overdue": ({"fee": "5.00", "instalments": [PART], "term": LATER},
                           date(2026, 6, 1)),
    "option_lapsing": ({"options": [OPTION], "term": LATER}, date(2026, 5, 1)),
    "option_lapsed": ({"options": [OPTION], "term": LATER}, date(2026, 6, 1)),
    "audit_due": ({"audit": AUDIT, "term": LATER}, date(2026, 5, 1)),
}  # fmt: skip
EACH = pytest.mark.parametrize("kind", list(JOBS))


class Killed(BaseException):
    """The worker is gone, without a word."""


def run(day):
    """Ask the clock as the worker does: all or nothing."""
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    with transaction.atomic():
        keeping.catch_up(today=day, by=ACTOR, at=at)


def done(kind):
    """Return how many events and rows a job has left."""
    rows = Renewal.objects if kind == "renewed" else Reminder.objects.filter(kind=kind)
    return Event.objects.filter(code=f"licenses.license.{kind}").count(), rows.count()


@pytest.fixture
def due(org, in_org, kind):
    """A licence that brings a job; return the job's first day."""
    world, (terms, day) = World(org), JOBS[kind]
    world.film()
    world.sign(world.document(**terms), at=SIGNED)
    return day


@EACH
def test_not_a_day_early_and_once_in_three_runs_and_a_clock_that_goes_back(due, kind):
    run(due - A_DAY)
    assert done(kind) == (0, 0)
    for day in (due, due, due, due - A_DAY, due, due + A_DAY):
        run(day)
        assert done(kind) == (1, 1)


@EACH
@pytest.mark.parametrize("down", [1, 9, 40])
def test_once_after_days_on_which_no_worker_ran(due, kind, down):
    run(due - A_DAY)
    for _ in range(3):
        run(due + down * A_DAY)
    assert done(kind) == (1, 1)


@EACH
@pytest.mark.parametrize("before", [True, False], ids=["before its event", "after its event"])
def test_killed_in_the_middle_it_leaves_nothing_and_is_done_once(due, kind, before, monkeypatch):
    run(due - A_DAY)
    real = events.record

    def dying(code, **more):
        if code != f"licenses.license.{kind}":
            return real(code, **more)
        if not before:
            real(code, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(events, "record", dying)
        with pytest.raises(Killed):
            run(due)
    assert done(kind) == (0, 0)
    for _ in range(3):
        run(due)
    assert done(kind) == (1, 1)
