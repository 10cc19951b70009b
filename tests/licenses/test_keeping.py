"""What time brings comes once, however often, late or in which order the clock is asked (R9)."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from audit.models import Event
from audit.services import events
from licenses.models import License, Reminder, Renewal
from licenses.services import keeping
from licenses.services.drafts import LicenseRefused
from licenses.services.registering import InTheWay
from rights.selectors import grants
from tests.licenses.world import ACTOR, NOW, World

pytestmark = pytest.mark.django_db
MARCH = {"start": "2025-04-01", "end": "2026-03-31"}


@pytest.fixture
def world(org, in_org):
    made = World(org)
    made.film()
    return made


def run(*days, times=3):
    """Ask the clock on some days, each several times."""
    for day in days:
        for _ in range(times):
            at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
            keeping.catch_up(today=day, by=ACTOR, at=at)


def told():
    found = Event.objects.filter(code__startswith="licenses.").order_by("pk")
    left_out = ("entered", "signed", "terminated")
    codes = [code.rpartition(".")[2] for code in found.values_list("code", flat=True)]
    return [code for code in codes if code not in left_out]


def test_notice_comes_thirty_days_before_the_last_day(world):
    world.sign(world.document(term=MARCH))
    run(date(2026, 2, 28))
    assert told() == []
    run(date(2026, 3, 1))
    assert told() == ["expiring"]
    run(date(2026, 3, 2), date(2026, 3, 31))
    assert told() == ["expiring"]
    run(date(2026, 4, 1))
    assert told() == ["expiring", "expired"]
    assert License.objects.on(date(2026, 4, 1)).get().status == "expired"


def test_a_term_renews_itself_seven_days_before_the_last_and_grants_go_on(world):
    license = world.sign(world.document(term=MARCH, renewal={"months": 12, "times": 2}))
    possible = [one.row for one in grants.of_license(license.pk) if one.row.depends == "renewal"]
    assert [one.window.last_day for one in possible] == [date(2027, 3, 31)]
    run(date(2026, 3, 23))
    assert told() == []
    run(date(2026, 3, 24))
    assert told() == ["renewed"]
    certain = [one.row.window.last_day for one in grants.of_license(license.pk)
               if not one.row.depends]  # fmt: skip
    assert certain == [date(2027, 3, 31)]
    run(date(2027, 3, 24), date(2028, 2, 29))
    assert told() == ["renewed", "renewed"]
    run(date(2028, 3, 1), date(2028, 4, 1))
    assert told() == ["renewed", "renewed", "expiring", "expired"]
    assert list(Renewal.objects.order_by("ended").values_list("ended", "until")) == [
        (date(2026, 4, 1), date(2027, 4, 1)), (date(2027, 4, 1), date(2028, 4, 1)),
    ]  # fmt: skip


def test_a_worker_that_was_down_for_two_years_loses_nothing(world):
    license = world.sign(world.document(term=MARCH, renewal={"months": 12, "times": 1}))
    late = date(2028, 1, 1)
    assert License.objects.on(date(2026, 6, 1)).get(pk=license.pk).status == "active"
    run(late)
    assert told() == ["renewed", "expiring", "expired"]
    run(date(2026, 3, 1), date(2020, 1, 1), date(2030, 1, 1))  # the clock jumps back and forth
    assert told() == ["renewed", "expiring", "expired"]


def test_a_run_that_dies_half_way_is_done_again_and_nothing_comes_twice(world, monkeypatch):
    world.sign(world.document(term=MARCH))
    inner = events.record

    def dies(code, **more):
        if code.endswith("expired"):
            raise RuntimeError("killed")
        return inner(code, **more)

    monkeypatch.setattr(events, "record", dies)
    with pytest.raises(RuntimeError), transaction.atomic():
        run(date(2026, 5, 1), times=1)
    assert told() == []
    assert not Reminder.objects.exists()
    monkeypatch.setattr(events, "record", inner)
    run(date(2026, 5, 1))
    assert told() == ["expiring", "expired"]


def test_a_renewal_stands_in_others_way_until_it_is_declined(world):
    license = world.sign(world.document(term=MARCH, renewal={"months": 12}))
    other = world.document("L-2", "SUED", term={"start": "2026-06-01", "end": "2026-12-31"})
    with pytest.raises(InTheWay, match="renewal"):
        world.ask(other)
    keeping.decline(license_id=license.pk, reason="Sold elsewhere", by=world.legal, at=NOW)
    world.sign(other)
    run(date(2026, 3, 24), date(2026, 4, 1))
    assert told() == ["declined", "expiring", "expired"]
    with pytest.raises(LicenseRefused):
        keeping.decline(license_id=license.pk, reason="Again", by=world.legal, at=NOW)
    connection.check_constraints()


def test_instalments_options_and_audits_are_told_once_each(world):
    world.sign(
        world.document(
            term={"start": "2026-01-01", "end": None},
            fee="10.00",
            instalments=[{"label": "One", "due": "2026-05-31", "amount": "10.00"}],
            options=[{"clause": "4", "kind": "option", "rights": ["svod"],
                      "exercise_from": "2026-06-01", "exercise_by": "2026-08-31"}],
            audit={"clause": "9", "by": "licensor", "due": ["2026-10-31"]},
        )
    )  # fmt: skip
    for day, last in [
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), "instalment_due"),
        (date(2026, 6, 1), "instalment_overdue"),
        (date(2026, 8, 1), "option_lapsing"),
        (date(2026, 9, 1), "option_lapsed"),
        (date(2026, 10, 1), "audit_due"),
    ]:
        run(day)
        assert (told() or [None])[-1] == last
    assert len(told()) == 5


def test_what_was_terminated_is_not_told_of(world):
    world.terminate(world.sign(world.document(term=MARCH)), date(2026, 2, 15))
    run(date(2026, 3, 1), date(2026, 4, 1))
    assert told() == []
