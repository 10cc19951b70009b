"""A licence's clauses reach the registry when it is signed, and follow every fact after that."""

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.services import changes
from audit.models import Event
from catalog.services import dates
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from licenses.engine.reading import LicenseInvalid, read
from licenses.models import Instalment, License, LicenseVersion
from licenses.selectors.works import UnknownWorks
from licenses.services import drafts, signing
from licenses.services.drafts import LicenseRefused
from licenses.services.registering import InTheWay
from rights.engine.boxes import Window
from rights.engine.written import Grant, Holdback, Option, RunCap
from rights.selectors import grants
from tests.licenses.world import ACTOR, NOW, World

pytestmark = pytest.mark.django_db
Y26 = Window(date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture
def world(org, in_org):
    made = World(org)
    made.work = made.film()
    return made


def written(license, kind=Grant):
    found = [one.row for one in grants.of_license(license.pk)]
    return [one for one in found if isinstance(one, kind)]


def status(license, day):
    return License.objects.on(day).get(pk=license.pk).status


def days(license):
    told = ((one.window.start, one.window.last_day, one.depends) for one in written(license))
    return sorted(told, key=str)


class TestSigning:
    def test_every_clause_is_written_down_by_leaf_right_and_work(self, world):
        world.film("S-1", kind="series")
        series = world.film("S-1-1", kind="season", title="One")
        document = world.document(
            grants=[
                world.grant(rights=["video_on_demand"], territory="DE + AT", languages=["de"]),
                world.grant(clause="2.2", works=["S-1", "S-1-1"], exclusive=False),
            ],
            holdbacks=[{"clause": "3", "binds": "licensor", "rights": ["free_tv"],
                        "territory": "DE", "end": "2026-06-30"}],
            options=[{"clause": "4", "kind": "option", "rights": ["svod"], "territory": "DE",
                      "start": "2027-01-01", "end": "2027-12-31", "exercise_from": "2026-10-01",
                      "exercise_by": "2026-11-30"}],
            limits=[{"clause": "5", "rights": ["svod"], "runs": 3}],
        )  # fmt: skip
        license = world.sign(document)
        found = written(license)
        assert {one.right for one in found if one.clause == "2.1"} == {
            "tvod", "pvod", "est", "svod", "avod", "fvod",
        }  # fmt: skip
        assert {one.window for one in found} == {Y26}
        assert {one.work_id for one in found if one.clause == "2.2"} > {series.pk}
        (back,) = {(one.clause, one.window.last_day) for one in written(license, Holdback)
                   if one.work_id == world.work.pk}  # fmt: skip
        assert back == ("3", date(2026, 6, 30))
        assert {one.exercise.last_day for one in written(license, Option)} == {date(2026, 11, 30)}
        assert {one.runs for one in written(license, RunCap)} == {3}
        assert {one.document for one in grants.of_license(license.pk)} == {"L-1, version 1"}
        assert Event.objects.filter(code="licenses.license.signed").count() == 1

    def test_nothing_is_written_before_it_is_signed(self, world):
        entered = drafts.enter(document=world.document(), by=world.legal, at=NOW)
        assert written(entered.version.license) == []
        assert status(entered.version.license, date(2026, 6, 1)) == "pending"

    def test_a_series_brings_what_is_below_and_a_catalogue_its_kinds(self, world):
        top = world.film("S-1", kind="series")
        season = world.film("S-1-1", kind="season", parent_id=top.pk)
        world.film("F-2")
        license = world.sign(
            world.document(grants=[
                world.grant(works=[{"below": "S-1"}]),
                world.grant(clause="2.2", works=[{"kinds": ["film"]}]),
            ])
        )  # fmt: skip
        assert len({one.work_id for one in written(license)}) == 4
        assert season.pk in {one.work_id for one in written(license)}
        world.film("F-3")
        assert len(LicenseVersion.objects.get().resolved["kinds:film"]) == 2

    def test_signed_terms_never_change(self, world):
        world.sign(world.document())
        for wanted in ({"document": {}}, {"breach": "x"}, {"signed_at": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                LicenseVersion.objects.update(**wanted)
        with pytest.raises(DatabaseError), transaction.atomic():
            LicenseVersion.objects.all().delete()

    def test_what_was_sold_exclusively_is_refused_with_its_clause(self, world):
        world.sign(world.document())
        other = world.document("L-2", "SUED", grants=[world.grant(territory="US-CA")])
        with pytest.raises(InTheWay) as refused:
            world.ask(other)
        assert "sold exclusively by L-1, version 1, clause 2.1: svod in US-CA" in str(refused.value)
        assert refused.value.extra["obstacles"][0]["code"] == "sold_exclusively"
        assert LicenseVersion.objects.filter(signed_at=None).count() == 1

    def test_an_administrator_signs_a_known_breach_and_it_stays_one(self, world):
        world.sign(world.document())
        second = world.sign(world.document("L-2", "SUED"), breach="Settled by letter of 3 Jan")
        assert [one.known_breach for one in written(second)] == [True]
        assert LicenseVersion.objects.get(license=second).breach == "Settled by letter of 3 Jan"
        connection.check_constraints()

    def test_a_draft_in_whose_way_something_came_is_refused_at_the_signature(self, world):
        waiting = world.ask(world.document("L-2", "SUED"))
        world.sign(world.document())
        with pytest.raises(InTheWay), transaction.atomic():
            world.approve(waiting)
        assert License.objects.get(code="L-2").in_force == 0

    def test_clauses_of_one_licence_may_not_grant_the_same_exclusively(self, world):
        twice = [world.grant(), world.grant(clause="2.2", territory="US-CA")]
        with pytest.raises(LicenseRefused, match=r"2\.1 and 2\.2"):
            drafts.enter(document=world.document(grants=twice), by=world.legal, at=NOW)

    def test_who_asked_cannot_sign(self, world):
        request = world.ask(world.document())
        with pytest.raises((changes.ChangeRefused, changes.NotAllowed)):
            changes.approve(
                request_id=request.pk, payload_hash=request.payload_hash, by=world.legal, at=NOW,
                fresh=True,
            )  # fmt: skip
        with pytest.raises(changes.StepUpNeeded):
            changes.approve(
                request_id=request.pk, payload_hash=request.payload_hash, by=world.chief, at=NOW,
                fresh=False,
            )  # fmt: skip
        assert written(License.objects.get()) == []


class TestAmending:
    def test_an_amendment_shows_its_effect_and_ends_only_what_it_changes(self, world):
        world.film("F-2")
        both = [world.grant(), world.grant(clause="2.2", works=["F-2"])]
        license = world.sign(world.document(grants=both))
        both[1] = world.grant(clause="2.2", works=["F-2"], territory="US + CA")
        later = NOW + timedelta(days=30)
        request = world.ask(world.document(grants=both), at=later)
        told = {one.title: one.lines for one in signing.explain(license.pk, request.payload)}
        marks = {(line.mark, line.text) for line in told["Effect on grants"]}
        assert marks == {
            ("new", "Clause 2.2: US + CA, from 2026-01-01 to 2026-12-31 (1 work)"),
            ("gone", "Clause 2.2: US, from 2026-01-01 to 2026-12-31 (1 work)"),
        }
        assert {line.mark for line in told["Terms"]} == {"", "new", "gone"}
        world.approve(request, at=later)
        assert {one.version for one in grants.of_license(license.pk)} == {1, 2}
        assert len(grants.of_license(license.pk, as_known_at=NOW)) == 2

    def test_the_licensee_stays(self, world):
        world.sign(world.document())
        with pytest.raises(LicenseRefused, match="keeps its licensee"):
            drafts.enter(document=world.document(licensee="OTHER"), by=world.legal, at=NOW)

    def test_a_draft_saved_meanwhile_is_not_overwritten(self, world):
        drafts.enter(document=world.document(), by=world.legal, at=NOW, seen="")
        with pytest.raises(LicenseRefused, match="after you opened it"):
            drafts.enter(document=world.document(), by=world.legal, at=NOW, seen="")

    def test_paid_instalments_stay(self, world):
        parts = [{"label": "Signature", "due": "2026-01-31", "amount": "60.00"},
                 {"label": "Delivery", "due": "2026-06-30", "amount": "40.00"}]  # fmt: skip
        license = world.sign(world.document(fee="100.00", instalments=parts))
        Instalment.objects.filter(label="Signature").update(paid_on=date(2026, 1, 30))
        parts[1]["due"] = "2026-07-31"
        world.sign(world.document(fee="100.00", instalments=parts))
        live = Instalment.objects.filter(license=license, superseded_at=None)
        assert set(live.values_list("label", "due")) == {
            ("Signature", date(2026, 1, 31)), ("Delivery", date(2026, 7, 31)),
        }  # fmt: skip
        parts[0]["amount"], parts[1]["amount"] = "50.00", "50.00"
        with pytest.raises(LicenseRefused, match="is paid"), transaction.atomic():
            world.sign(world.document(fee="100.00", instalments=parts))


class TestStatus:
    def test_it_follows_from_the_terms_and_the_clock(self, world):
        license = world.sign(world.document())
        assert status(license, date(2025, 12, 31)) == "pending"
        assert status(license, date(2026, 1, 1)) == "active"
        assert status(license, date(2026, 12, 31)) == "active"
        assert status(license, date(2027, 1, 1)) == "expired"

    def test_a_termination_ends_it_and_its_grants_after_its_last_day(self, world):
        license = world.terminate(world.sign(world.document()), date(2026, 3, 31))
        assert status(license, date(2026, 3, 31)) == "active"
        assert status(license, date(2026, 4, 1)) == "terminated"
        assert written(license)[0].window.last_day == date(2026, 3, 31)
        world.sign(world.document("L-2", "SUED", term={"start": "2026-04-01", "end": "2026-12-31"}))
        with pytest.raises(LicenseRefused):
            signing.ask_to_terminate(
                license=license, last_day=date(2026, 2, 1), reason="x", by=world.legal, at=NOW
            )


class TestEvents:
    SIX_MONTHS = {"event": "theatrical", "territory": "DE", "months": 6,
                  "no_later_than": "2026-12-01"}  # fmt: skip

    def document(self, world, **more):
        return world.document(term={"start": self.SIX_MONTHS, "end": "2027-12-31"}, **more)

    def record(self, world, day, at=NOW + timedelta(days=1), territory="DE"):
        dates.record(work_id=world.work.pk, kind="theatrical", territory=territory, on=day,
                     actor=ACTOR, at=at)  # fmt: skip

    def test_what_hangs_on_an_event_may_hold_until_it_is_known(self, world):
        license = world.sign(self.document(world))
        assert days(license) == [
            (date(2026, 1, 5), date(2026, 11, 30), "theatrical DE"),
            (date(2026, 12, 1), date(2027, 12, 31), ""),
        ]
        assert status(license, date(2026, 11, 30)) == "pending"
        assert status(license, date(2026, 12, 1)) == "active"

    def test_recording_the_event_recomputes_at_once(self, world):
        license = world.sign(self.document(world))
        self.record(world, date(2026, 2, 28))
        assert days(license) == [(date(2026, 8, 28), date(2027, 12, 31), "")]
        license.refresh_from_db()
        assert license.begins == date(2026, 8, 28)

    def test_no_later_than_holds_whatever_comes(self, world):
        license = world.sign(self.document(world))
        self.record(world, date(2026, 11, 1))
        assert days(license) == [(date(2026, 12, 1), date(2027, 12, 31), "")]

    def test_a_date_that_is_withdrawn_makes_it_depend_again(self, world):
        license = world.sign(self.document(world))
        before = days(license)
        self.record(world, date(2026, 2, 28))
        self.record(world, None, at=NOW + timedelta(days=2))
        assert days(license) == before
        assert len(grants.of_license(license.pk, as_known_at=NOW + timedelta(days=1))) == 1

    def test_an_event_elsewhere_says_nothing_and_one_around_it_does(self, world):
        license = world.sign(self.document(world))
        before = days(license)
        self.record(world, date(2026, 2, 28), territory="FR")
        assert days(license) == before
        self.record(world, date(2026, 3, 1), territory="WORLD")
        assert days(license) == [(date(2026, 9, 1), date(2027, 12, 31), "")]

    def test_what_may_hold_stands_in_others_way(self, world):
        world.sign(self.document(world))
        other = world.document("L-2", "SUED", term={"start": "2026-02-01", "end": "2026-03-31"})
        with pytest.raises(InTheWay, match="depends on theatrical DE"):
            world.ask(other)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "other"}, "/format"),
        ({"term": {"start": "soon", "end": None}}, "/term/start"),
        ({"fee": "10"}, "/instalments"),
        ({"grants": []}, "/grants"),
        ({"currency": "XXY"}, "/currency"),
        ({"grants": [World.grant(exclusive="yes")]}, "/grants/0/exclusive"),
        ({"grants": [World.grant(languages=["German"])]}, "/grants/0/languages"),
        ({"surprise": 1}, "/surprise"),
        ({"limits": [{"clause": "5", "rights": ["svod"]}]}, "/limits/0"),
        ({"renewal": {"months": 12}, "term": {"start": "2026-01-01", "end": None}}, "/renewal"),
        ({"term": {"start": "2026-02-30", "end": None}}, "/term/start"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(in_org, change, path):
    document = World.document(World.__new__(World), **change)
    with pytest.raises(LicenseInvalid) as refused:
        read(document)
    assert path in {one["path"] for one in refused.value.extra["problems"]}


@pytest.mark.parametrize("document", [None, [], "x", {}, {"grants": {}}, {"term": []}])
def test_no_document_at_all_is_refused_in_words(document):
    with pytest.raises(LicenseInvalid):
        read(document)


def test_unknown_works_and_licensees_are_named(world):
    with pytest.raises(UnknownWorks, match="F-9"):
        drafts.enter(
            document=world.document(grants=[world.grant(works=["F-9"])]), by=world.legal, at=NOW
        )
    stranger = world.document() | {"licensee": "NOBODY"}
    with pytest.raises(LicenseRefused, match="NOBODY"):
        drafts.enter(document=stranger, by=world.legal, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_exclusive_signatures_at_once_and_exactly_one_wins(org):
    with tenant_atomic(org.id):
        world = World(org)
        for number in range(4):
            world.film(f"F-{number}")
        everything = [world.grant(works=[f"F-{number}" for number in range(4)])]
        backwards = [world.grant(works=[f"F-{number}" for number in reversed(range(4))])]
        asked = [
            world.ask(world.document(f"L-{at}", f"P-{at}", grants=words))
            for at, words in enumerate([everything, backwards, everything])
        ]
    gate, outcome = threading.Barrier(len(asked)), []

    def approve(request):
        try:
            with tenant_atomic(org.id):
                gate.wait()
                world.approve(request, at=NOW)
            outcome.append("signed")
        except DomainError as refusal:
            outcome.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(one,)) for one in asked]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcome) == ["license_in_the_way", "license_in_the_way", "signed"]
    with tenant_atomic(org.id):
        assert License.objects.filter(in_force=1).count() == 1
