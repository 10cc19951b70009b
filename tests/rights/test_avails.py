"""Avails read from the registry: what is ours, sold, held back and held, as it stands."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from catalog.services.works import NewWork
from holders.services import holders
from kernel.errors import DomainError
from rights.engine import tongues
from rights.engine.boxes import ALWAYS, Window
from rights.engine.written import Grant, Holdback
from rights.selectors import avails
from rights.selectors.avails import BadQuestion, Terms
from rights.selectors.clauses import right_span
from rights.services import claims, granting, holds
from rights.services.granting import Source
from rights.services.holds import Why
from rights.services.registration import register_work
from rights.services.terms import NewClaim
from rights.telling import told
from territories.geography import resolver
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 5, 1), date(2026, 12, 31)


def film(title="Low Water"):
    return register_work(work=NewWork("film", title), actor=factories.TESTS, at=NOW)


def places(text):
    return resolver.resolve(text, on=NOW.date())


def write(*rows):
    to = holders.register(
        kind="other", name=f"Nordlicht {uuid4()}", actor=factories.TESTS, at=NOW
    ).pk
    source = Source(uuid4(), 1, to, "Licence L-1")
    granting.lock(source.license, rows)
    granting.settle(source=source, rows=rows, at=NOW)
    return source.license


def grant(work, territory="US", window=None, exclusive=True, **more):
    return Grant(
        work_id=work.pk, clause="Out 1", territory=territory, span=places(territory),
        window=window or Window(date(2026, 1, 1), date(2026, 7, 1)), right="svod",
        exclusive=exclusive, **more,
    )  # fmt: skip


def ask(*works, territory="US + CA", exclusive=True, **more):
    terms = Terms(("svod",), territory, FIRST, LAST, exclusive, **more)
    asked = avails.question(terms, today=NOW.date())
    found = avails.of_works([one.pk for one in works], asked, languages=terms.languages)
    return [told(one) for one in found]


@pytest.fixture(autouse=True)
def _inside(in_org):
    """Ask within the organisation."""


class TestTheAnswer:
    def test_a_film_that_nobody_was_granted_is_free(self):
        [one] = ask(film())
        assert (one["answer"], one["blocking"], one["ways_out"]) == ("yes", [], [])
        assert [(f["territory"], f["from"], f["to"]) for f in one["free"]] == [
            ("CA + US", "2026-05-01", "2026-12-31")
        ]

    def test_an_exclusive_grant_stands_in_the_way_with_its_clause_and_exact_part(self):
        work = film()
        license = write(grant(work))
        [one] = ask(work)
        [block] = one["blocking"]
        assert one["answer"] == "no"
        assert block["code"] == "sold_exclusively"
        assert (block["clause"], block["document"]) == ("Out 1", "Licence L-1")
        assert (block["territory"], block["from"], block["to"]) == (
            "US", "2026-05-01", "2026-06-30",
        )  # fmt: skip
        assert (block["license"], block["needed"]) == (str(license), True)

    def test_the_ways_out_are_told_in_words_with_the_cheapest_first(self):
        work = film()
        write(grant(work))
        ways = {way["words"]: way["territory_days"] for way in ask(work)[0]["ways_out"]}
        assert ways["start on 2026-07-01"] == 122
        assert ways["leave out US"] == 245
        assert ways["ask for 1 waiver"] == 0

    def test_a_grant_that_isnt_exclusive_blocks_exclusivity_alone(self):
        work = film()
        write(grant(work, exclusive=False))
        assert ask(work)[0]["blocking"][0]["code"] == "sold_non_exclusively"
        assert ask(work, exclusive=False)[0]["answer"] == "yes"

    def test_a_holdback_on_us_blocks_and_one_on_the_licensee_does_not(self):
        ours, theirs = film("Ours"), film("Theirs")
        common = {
            "clause": "7", "territory": "WORLD", "span": places("WORLD"), "window": ALWAYS,
            "rights": right_span("svod"),
        }  # fmt: skip
        write(Holdback(work_id=ours.pk, binds="licensor", **common))
        write(Holdback(work_id=theirs.pk, binds="licensee", **common))
        first, second = ask(ours, theirs)
        assert (first["answer"], first["blocking"][0]["code"]) == ("no", "holdback")
        assert second["answer"] == "yes"

    def test_a_hold_blocks_and_nobody_can_waive_it(self):
        work = film()
        holds.place(
            work_id=work.pk,
            why=Why("legal", uuid4(), "An injunction"),
            actor=factories.TESTS,
            at=NOW,
        )
        [one] = ask(work)
        assert (one["answer"], one["blocking"][0]["code"]) == ("no", "hold")
        assert one["ways_out"] == []

    def test_a_conflict_blocks_until_it_is_decided(self):
        work = film()
        for source, name in (("society", "GEMA says"), ("contract", "The deed says")):
            holder = holders.register(kind="other", name=name, actor=factories.TESTS, at=NOW)
            terms = NewClaim(
                right_type="svod",
                shares=[(holder.pk, 1)],
                territory="US",
                source=source,
            )
            claims.claim(work_id=work.pk, terms=terms, actor=factories.TESTS, at=NOW)
        codes = {block["code"] for block in ask(work)[0]["blocking"]}
        assert "unresolved_conflict" in codes

    def test_what_hangs_on_an_event_depends(self):
        work = film()
        write(grant(work, depends="theatrical US"))
        [one] = ask(work)
        assert (one["answer"], one["blocking"][0]["code"]) == ("depends", "depends_on_event")

    def test_another_language_is_not_in_the_way(self):
        work = film()
        write(grant(work, languages="de", tongues=tongues.read(["de"])))
        assert ask(work, languages=("fr",))[0]["answer"] == "yes"
        assert ask(work, languages=("fr", "de"))[0]["answer"] == "no"

    def test_a_right_that_the_work_never_had_is_not_ours(self):
        song = register_work(work=NewWork("composition", "Tide"), actor=factories.TESTS, at=NOW)
        assert ask(song)[0]["blocking"][0]["code"] == "no_rights_in"

    def test_many_works_cost_as_many_questions_as_one(self, django_assert_max_num_queries):
        works = [film(f"Film {number}") for number in range(12)]
        for one in works:
            write(grant(one))
        asked = avails.question(Terms(("svod",), "US", FIRST, LAST), today=NOW.date())
        ids = [one.pk for one in works]
        with django_assert_max_num_queries(10):
            assert [one.work for one in avails.of_works(ids, asked)] == ids


class TestTheQuestion:
    @pytest.mark.parametrize(
        ("terms", "code"),
        [
            (Terms(("svodd",), "US", FIRST, LAST), "unknown_right_type"),
            (Terms((), "US", FIRST, LAST), "bad_avails_question"),
            (Terms(("svod",), "USS", FIRST, LAST), "unknown_territory"),
            (Terms(("svod",), "US", LAST, FIRST), "bad_avails_question"),
            (Terms(("svod",), "US - US", FIRST, LAST), "bad_avails_question"),
            (Terms(("svod",), "US", FIRST, LAST, languages=("german",)), "invalid_value"),
        ],
    )
    def test_what_cant_be_asked_is_said(self, terms, code):
        with pytest.raises(DomainError) as caught:
            avails.question(terms, today=NOW.date())
        assert caught.value.code == code
        assert BadQuestion.code == "bad_avails_question"


class TestTheCommand:
    def run(self, org, *more):
        out = StringIO()
        call_command(
            "avails", "--org", org.slug, "--right", "svod", "--territory", "US + CA",
            "--from", "2026-05-01", "--to", "2026-12-31", "--exclusive", *more, stdout=out,
        )  # fmt: skip
        return out.getvalue()

    def test_it_tells_programs(self, org):
        work = film()
        write(grant(work))
        [one] = json.loads(self.run(org, "--work", str(work.pk), "--json"))["results"]
        assert set(one) == {"work", "answer", "free", "blocking", "ways_out"}
        assert (one["work"], one["answer"]) == (str(work.pk), "no")

    def test_it_tells_people_about_the_whole_catalogue(self, org):
        sold = film("Sold")
        film("Free")
        write(grant(sold))
        lines = self.run(org).splitlines()
        assert "Free: yes" in lines
        assert any(line.startswith("Sold: no; sold_exclusively Out 1 in US") for line in lines)
        assert lines[-1] == "1 of 2 works are free."

    def test_a_work_of_nobodys_is_named(self, org):
        with pytest.raises((SystemExit, DomainError)):
            self.run(org, "--work", str(uuid4()))
