"""Clauses of licences in the registry: written once, kept apart, found again by both clocks."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import actors
from audit.models import Event
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine import tongues
from rights.engine.boxes import ALWAYS, Window
from rights.engine.written import Grant, Holdback, Option, RunCap
from rights.models import Grant as GrantRow
from rights.selectors import grants as questions
from rights.selectors import obstacles
from rights.selectors.clauses import right_span
from rights.selectors.grants import Asked
from rights.services import claims, granting, holds
from rights.services.granting import Source
from rights.services.registration import register_work
from rights.services.terms import NewClaim
from territories.geography import resolver

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")
Y26 = Window(date(2026, 1, 1), date(2027, 1, 1))


def places(text):
    return resolver.resolve(text, on=NOW.date())


def film(title="Low Water"):
    return register_work(work=NewWork(kind="film", title=title), actor=ACTOR, at=NOW)


def licensee(name="Nordlicht"):
    return holders.register(kind="other", name=name, actor=ACTOR, at=NOW).pk


def grant(work, right="svod", territory="US", window=Y26, exclusive=True, **more):
    return Grant(
        work_id=work.pk, clause="2.1", territory=territory, span=places(territory), window=window,
        right=right, exclusive=exclusive, **more,
    )  # fmt: skip


def write(rows, licensed_to, license=None, at=NOW, version=1):
    source = Source(license or uuid4(), version, licensed_to, "Licence L-1")
    granting.lock(source.license, rows)
    granting.settle(source=source, rows=rows, at=at)
    return source.license


def codes(rows, licensed_to, license=None):
    found = obstacles.of(license_id=license or uuid4(), licensee=licensed_to, rows=rows)
    return [one.code for one in found]


@pytest.mark.django_db
class TestInOneTransaction:
    @pytest.fixture(autouse=True)
    def world(self, in_org):
        self.film, self.to = film(), licensee()

    def write_to_the_end(self, rows):
        write(rows, self.to)
        connection.check_constraints()

    def test_what_stays_the_same_stays_and_the_rest_is_superseded(self):
        rows = [grant(self.film), grant(self.film, territory="CA")]
        one = write(rows, self.to)
        later = NOW + timedelta(days=1)
        shorter = replace(rows[1], window=Window(date(2026, 1, 1), date(2026, 7, 1)))
        write([rows[0], shorter], self.to, one, at=later, version=2)
        live = questions.of_license(one)
        assert {(row.row, row.version) for row in live} == {(rows[0], 1), (shorter, 2)}
        known = questions.of_license(one, as_known_at=NOW)
        assert {row.row for row in known} == set(rows)

    def test_every_kind_of_clause_is_found_again_as_it_was_written(self):
        span, svod = places("DE"), right_span("svod")
        common = {"work_id": self.film.pk, "territory": "DE", "span": span, "window": Y26}
        rows = [
            grant(self.film, languages="de", tongues=tongues.read(["de"]), depends="theatrical DE"),
            Holdback(clause="3", rights=right_span("avod"), binds="licensor", **common),
            Option(clause="4", rights=svod, kind="option", exercise=Y26, **common),
            RunCap(clause="5", rights=svod, runs=3, exhibition_days=None, **common),
        ]
        one = write(rows, self.to)
        assert {row.row for row in questions.of_license(one)} == set(rows)
        asked = Asked([self.film.pk], rights=right_span("video_on_demand"), places=places("EU"))
        assert [row.row for row in questions.holdbacks(asked)] == [rows[1]]
        assert [row.row for row in questions.options(asked)] == [rows[2]]
        assert [row.row for row in questions.run_caps(asked)] == [rows[3]]
        elsewhere = replace(asked, places=places("JP"))
        assert questions.holdbacks(elsewhere) == questions.grants(elsewhere) == []

    def test_us_and_california_are_one_place_to_the_constraint(self):
        write([grant(self.film)], self.to)
        with pytest.raises(IntegrityError, match="one_exclusive_grant"), transaction.atomic():
            write([grant(self.film, territory="US-CA")], self.to)
        write([grant(self.film, territory="CA")], self.to)

    def test_languages_keep_exclusive_grants_apart(self):
        german, french = tongues.read(["de"]), tongues.read(["fr", "it"])
        write([grant(self.film, languages="de", tongues=german)], self.to)
        write([grant(self.film, languages="fr, it", tongues=french)], self.to)
        with pytest.raises(IntegrityError), transaction.atomic():
            write([grant(self.film)], self.to)

    def test_exclusive_and_not_exclusive_never_meet(self):
        write([grant(self.film)], self.to)
        with pytest.raises(IntegrityError, match="exclusive one"), transaction.atomic():
            self.write_to_the_end([grant(self.film, exclusive=False)])

    def test_a_known_breach_is_written_all_the_same(self):
        write([grant(self.film)], self.to)
        write([grant(self.film, known_breach=True)], self.to)
        assert codes([grant(self.film)], self.to) == ["sold_exclusively"] * 2

    def test_rows_are_superseded_once_and_never_changed(self):
        write([grant(self.film)], self.to)
        row = GrantRow.objects.get()
        for wanted in ({"exclusive": False}, {"clause": "9"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                GrantRow.objects.filter(pk=row.pk).update(**wanted)
        with pytest.raises(DatabaseError), transaction.atomic():
            GrantRow.objects.filter(pk=row.pk).delete()

    def test_what_is_in_the_way_is_named_with_its_exact_part(self):
        first = grant(self.film, window=Window(date(2026, 1, 1), date(2026, 7, 1)))
        write([first], self.to)
        asked = grant(
            self.film, territory="US + CA", window=Window(date(2026, 5, 1), date(2027, 1, 1))
        )
        (found,) = obstacles.of(license_id=uuid4(), licensee=self.to, rows=[asked])
        assert found.code == obstacles.SOLD_EXCLUSIVELY
        assert found.words == (
            "sold exclusively by Licence L-1, clause 2.1: svod in US, from 2026-05-01 to 2026-06-30"
        )

    def test_exclusivity_needs_that_nothing_was_sold(self):
        write([grant(self.film, exclusive=False)], self.to)
        assert codes([grant(self.film)], self.to) == ["sold_non_exclusively"]
        assert codes([grant(self.film, exclusive=False)], self.to) == []

    def test_a_holdback_that_binds_us_stands_in_others_way_in_both_orders(self):
        back = Holdback(
            work_id=self.film.pk, clause="7", territory="DE", span=places("DE"), window=Y26,
            rights=right_span("avod"), binds="licensor",
        )  # fmt: skip
        asked = grant(self.film, right="avod", territory="EU", exclusive=False)
        other = licensee("Other")
        first = write([back], self.to)
        assert codes([asked], other) == ["holdback"]
        assert codes([asked], self.to) == []
        assert codes([replace(back, binds="licensee")], other, first) == []
        write([asked], other)
        assert codes([back], self.to) == ["granted_before_holdback"]

    def test_what_others_claim_is_not_ours_to_license(self):
        terms = NewClaim(right_type="svod", shares=[(self.to, 1)], territory="FR", window=Y26)
        claims.claim(work_id=self.film.pk, terms=terms, actor=ACTOR, at=NOW)
        (found,) = obstacles.of(
            license_id=uuid4(), licensee=self.to, rows=[grant(self.film, territory="EU")]
        )
        assert (found.code, found.box.places) == ("no_rights_in", places("FR"))
        assert codes([grant(self.film, territory="EU - FR")], self.to) == []
        assert codes([grant(self.film, right="sync_film")], self.to) == ["no_rights_in"]

    def test_what_nobody_is_known_to_hold_is_not_ours(self):
        house = holders.ensure_reserved(at=NOW)[0].pk
        terms = NewClaim(right_type="svod", shares=[(house, 1)], parts_total=2, territory="IT")
        claims.claim(work_id=self.film.pk, terms=terms, actor=ACTOR, at=NOW)
        assert codes([grant(self.film, territory="IT")], self.to) == ["no_rights_in"]

    def test_clauses_of_one_licence_that_meet_are_told_apart(self):
        rows = [grant(self.film), grant(self.film, territory="US-CA"), grant(self.film, "avod")]
        assert obstacles.clashes(rows) == [(rows[0], rows[1])]

    def test_a_hold_is_placed_once_and_released_once(self):
        cause = uuid4()
        why = holds.Why("dispute", cause, "Claimed by another uploader")
        hold = holds.place(work_id=self.film.pk, why=why, actor=ACTOR, at=NOW)
        assert holds.place(work_id=self.film.pk, why=why, actor=ACTOR, at=NOW) == hold
        assert [one.hold for one in questions.holds(Asked([self.film.pk]))] == [hold]
        over = NOW + timedelta(hours=1)
        holds.release(hold_id=hold, actor=ACTOR, at=over, reason="Settled")
        assert questions.holds(Asked([self.film.pk])) == []
        assert questions.holds(Asked([self.film.pk], as_known_at=NOW))
        with pytest.raises(holds.HoldRefused):
            holds.release(hold_id=hold, actor=ACTOR, at=over, reason="Again")
        told = Event.objects.filter(code__startswith="rights.hold").values_list("code", flat=True)
        assert sorted(told) == ["rights.hold.placed", "rights.hold.released"]
        wrong = holds.Why("whim", cause, "No")
        with pytest.raises(holds.HoldRefused):
            holds.place(work_id=self.film.pk, why=wrong, actor=ACTOR, at=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exclusive", [True, False])
def test_two_at_once_past_the_services_lock_and_one_wins(org, exclusive):
    """Even without the lock of ``granting``: the constraint or the trigger is the last line."""
    with tenant_atomic(org.id):
        work, to = film(), licensee()
    gate, outcome = threading.Barrier(2), []

    def sell(alone):
        try:
            with tenant_atomic(org.id):
                source = Source(uuid4(), 1, to, "Licence")
                gate.wait()
                row = grant(work, exclusive=alone, window=ALWAYS)
                granting.settle(source=source, rows=[row], at=NOW)
            outcome.append("sold")
        except DatabaseError as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=sell, args=(alone,)) for alone in (True, exclusive)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcome.count("sold") == 1, outcome
    assert len(outcome) == 2
    with tenant_atomic(org.id):
        assert GrantRow.objects.known_at().count() == 1
